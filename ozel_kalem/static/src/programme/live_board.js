import { onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { RPCError } from "@web/core/network/rpc";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { debounce } from "@web/core/utils/timing";

const CHANNEL = "ozel_kalem.board";
const TICK = 10_000;
// For the case that a message of the bus was lost.
const FALLBACK = 60_000;
const { DateTime } = luxon;

/**
 * A board that loads its data anew whenever the office changes something.
 *
 * @param {Function} load asks the server, returns a promise of the data
 */
export function useLiveBoard(load) {
    const action = useService("action");
    const bus = useService("bus_service");
    const notification = useService("notification");
    const orm = useService("orm");
    const latest = new KeepLast();
    const board = useState({ data: null, now: DateTime.now(), isBusy: false });
    let clockShift = 0;
    let loadedAt = 0;
    let timer;

    async function reload() {
        const data = await latest.add(load());
        loadedAt = Date.now();
        clockShift = deserializeDateTime(data.now).diff(DateTime.now()).milliseconds;
        board.data = data;
        tellTime();
    }

    async function refresh() {
        try {
            await reload();
        } catch {
            // The next message or the timer tries again.
        }
    }

    function tellTime() {
        board.now = DateTime.now().plus(clockShift);
    }

    function tick() {
        tellTime();
        if (!document.hidden && Date.now() - loadedAt > FALLBACK) {
            refresh();
        }
    }

    // A browser whose tab slept catches up when it is looked at.
    function onVisible() {
        if (!document.hidden) {
            refresh();
        }
    }

    async function attempt(act) {
        if (board.isBusy) {
            return false;
        }
        board.isBusy = true;
        try {
            await act();
            return true;
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            notification.add(error.data?.message || error.message, { type: "danger" });
            return false;
        } finally {
            board.isBusy = false;
            await refresh();
        }
    }

    const onChanged = debounce(refresh, 150);

    onWillStart(reload);
    onMounted(() => {
        bus.subscribe(CHANNEL, onChanged);
        bus.addChannel(CHANNEL);
        bus.addEventListener("BUS:RECONNECT", onChanged);
        document.addEventListener("visibilitychange", onVisible);
        timer = browser.setInterval(tick, TICK);
    });
    onWillUnmount(() => {
        bus.unsubscribe(CHANNEL, onChanged);
        bus.removeEventListener("BUS:RECONNECT", onChanged);
        bus.deleteChannel(CHANNEL);
        document.removeEventListener("visibilitychange", onVisible);
        browser.clearInterval(timer);
        onChanged.cancel();
    });

    return {
        board,
        reload: refresh,
        attempt,
        call: (model, methods, id) =>
            attempt(async () => {
                for (const method of [methods].flat()) {
                    await orm.call(model, method, [[id]]);
                }
            }),
        askReason: (model, method, id) =>
            attempt(() =>
                action.doActionButton({
                    type: "object",
                    name: "action_ask_reason",
                    resModel: model,
                    resId: id,
                    resIds: [id],
                    context: { reason_action: method },
                    onClose: refresh,
                })
            ),
        open: (model, id) =>
            id &&
            action.doAction({
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
            }),
    };
}

/** The time of day of a moment that the server sent, as the reader writes it. */
export function clock(moment) {
    return moment
        ? deserializeDateTime(moment).toLocaleString(DateTime.TIME_SIMPLE)
        : "";
}
