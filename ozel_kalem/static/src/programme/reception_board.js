import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { clock, useLiveBoard } from "./live_board";
import { WaitBadge } from "./wait_badge";

const APPOINTMENT = "ozel_kalem.appointment";
const VISIT = "ozel_kalem.visit";
const NOBODY = { visitor_name: "", institution: "", subject: "", badge: "" };

export class ReceptionBoard extends Component {
    static template = "ozel_kalem.ReceptionBoard";
    static components = { Layout, WaitBadge };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.clock = clock;
        this.name = useAutofocus({ refName: "name" });
        this.walkIn = useState({ ...NOBODY });
        this.choice = { principalId: false };
        this.live = useLiveBoard(() =>
            this.orm.silent.call("ozel_kalem.board", "get_reception", [
                this.choice.principalId,
            ])
        );
        this.board = this.live.board;
    }

    get data() {
        return this.board.data;
    }

    get columns() {
        const { expected, waiting, inside, left, may_move: mayMove } = this.data;
        return [
            {
                name: "expected",
                title: _t("Expected"),
                lines: expected,
                model: APPOINTMENT,
                button: mayMove && { method: "action_arrive", label: _t("Arrived") },
                empty: _t("Nobody else is expected today."),
            },
            {
                name: "waiting",
                title: _t("Waiting"),
                lines: waiting,
                model: VISIT,
                button: mayMove && { method: "action_admit", label: _t("Goes in") },
                empty: _t("The waiting room is empty."),
            },
            {
                name: "inside",
                title: _t("Inside"),
                lines: inside,
                model: VISIT,
                button: mayMove && { method: "action_leave", label: _t("Leaves") },
                empty: _t("Nobody is inside."),
            },
            {
                name: "left",
                title: _t("Left today"),
                lines: left,
                count: this.data.left_count,
                model: VISIT,
                button: false,
                empty: _t("Nobody has left yet."),
            },
        ];
    }

    time(line) {
        return clock(line.start || line.closed_on || line.admitted_on || line.arrived_on);
    }

    isLate(line) {
        return line.state === "scheduled" && line.start < this.data.now;
    }

    whose(line) {
        const labels = { director: _t("For the director"), other: _t("For others") };
        return labels[line.seeks];
    }

    /** A visitor in the house gets a printed badge; who has left needs none. */
    mayPrint(column) {
        return this.data.may_receive && ["waiting", "inside"].includes(column.name);
    }

    printBadge(line) {
        return this.action.doAction("ozel_kalem.report_visitor_badge", {
            additionalContext: {
                active_id: line.id,
                active_ids: [line.id],
                active_model: VISIT,
            },
        });
    }

    choosePrincipal(ev) {
        this.choice.principalId = Number(ev.target.value) || false;
        this.live.reload();
    }

    /** They leave with what came out of it. */
    writeOutcome(line) {
        this.live.askReason(APPOINTMENT, "action_done", line.appointment_id);
    }

    async saveWalkIn() {
        if (!this.walkIn.visitor_name.trim()) {
            this.name.el.focus();
            return;
        }
        const filled = Object.entries(this.walkIn).filter(([, text]) => text.trim());
        const values = Object.fromEntries(filled);
        if (this.choice.principalId) {
            values.principal_id = this.choice.principalId;
        }
        if (await this.live.attempt(() => this.orm.create(VISIT, [values]))) {
            Object.assign(this.walkIn, NOBODY);
        }
        this.name.el?.focus();
    }
}

registry.category("actions").add("ozel_kalem.reception_board", ReceptionBoard);
