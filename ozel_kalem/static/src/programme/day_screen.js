import { Component, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime, serializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { clock, useLiveBoard } from "./live_board";
import { WaitBadge } from "./wait_badge";

const LONG_DATE = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const SHORT_DATE = { day: "numeric", month: "short" };

export class DayScreen extends Component {
    static template = "ozel_kalem.DayScreen";
    static components = { Layout, WaitBadge };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.clock = clock;
        this.state = useState({ showsEarlier: false });
        this.choice = { principalId: false, date: false };
        this.live = useLiveBoard(() =>
            this.orm.silent.call("ozel_kalem.board", "get_day", [
                this.choice.principalId,
                this.choice.date,
            ])
        );
        this.board = this.live.board;
    }

    get data() {
        return this.board.data;
    }

    get longDate() {
        return deserializeDate(this.data.date).toLocaleString(LONG_DATE);
    }

    shortDate(date) {
        return deserializeDate(date).toLocaleString(SHORT_DATE);
    }

    // -------------------------------------------------------------- timeline

    get lines() {
        return this.data.timeline.map((line) => ({ ...line, ...this.place(line) }));
    }

    /** The day's items, with the line that says where the clock stands. */
    get timeline() {
        const lines = this.lines.filter((line) => this.state.showsEarlier || !line.isOver);
        if (this.data.is_today) {
            const next = lines.findIndex((line) => line.isAhead);
            const now = { key: "now", isNow: true };
            lines.splice(next < 0 ? lines.length : next, 0, now);
        }
        return lines;
    }

    get earlierCount() {
        return this.lines.filter((line) => line.isOver).length;
    }

    get earlierText() {
        return this.state.showsEarlier
            ? _t("Hide what is over")
            : _t("Show what is over (%s)", this.earlierCount);
    }

    place(line) {
        const start = deserializeDateTime(line.start);
        const stop = deserializeDateTime(line.stop);
        const runs = start <= this.board.now && this.board.now < stop;
        return {
            // what somebody else does in his place isn't the principal's next step
            isRunning: runs && !line.all_day && !line.deputy,
            isOver: stop <= this.board.now && this.data.is_today,
            isAhead: start > this.board.now && !line.all_day,
        };
    }

    get nowText() {
        return this.board.now.toLocaleString(luxon.DateTime.TIME_SIMPLE);
    }

    move(days) {
        const date = deserializeDate(this.data.date).plus({ days });
        this.choice.date = serializeDate(date);
        this.live.reload();
    }

    goToToday() {
        this.choice.date = false;
        this.live.reload();
    }

    choosePrincipal(ev) {
        this.choice.principalId = Number(ev.target.value) || false;
        this.live.reload();
    }

    // ----------------------------------------------------------------- notes

    /** What one tap does with a note: the server hands over, the mayor has read. */
    noteStep(note) {
        if (!this.data.may_write_notes) {
            return null;
        }
        const waits = note.state === "waiting";
        if (this.data.serves && waits) {
            return { label: _t("Delivered"), methods: ["action_deliver"] };
        }
        const methods = ["action_acknowledge"];
        return {
            label: _t("Read"),
            methods: waits ? ["action_deliver", ...methods] : methods,
        };
    }

    latest(note) {
        return _t("by %s", clock(note.latest_on));
    }

    isLate(moment) {
        return moment && deserializeDateTime(moment) < this.board.now;
    }

    // ----------------------------------------------------------- instructions

    get instructionCount() {
        const { count, more } = this.data.instructions;
        return more ? _t("%s+", count) : String(count);
    }

    lateness(line) {
        return line.days_late
            ? _t("%s days late", line.days_late)
            : _t("Due today");
    }

    openInstructions() {
        const { principal_id: principalId } = this.data;
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Instructions due"),
            res_model: "ozel_kalem.instruction",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [
                ["principal_id", "=", principalId],
                ["closed_on", "=", false],
                ["paused_on", "=", false],
                ["deadline", "<=", serializeDate(luxon.DateTime.now())],
            ],
        });
    }
}

registry.category("actions").add("ozel_kalem.day_screen", DayScreen);
