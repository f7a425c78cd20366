import { onWillStart } from "@odoo/owl";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { DayScreen } from "../programme/day_screen";

const READERS = ["ozel_kalem.group_principal", "ozel_kalem.group_director"];

/** Mayor and director land on the day screen: their figures are one tap away. */
patch(DayScreen.prototype, {
    setup() {
        super.setup();
        this.hasDashboard = false;
        onWillStart(async () => {
            const found = await Promise.all(READERS.map((group) => user.hasGroup(group)));
            this.hasDashboard = found.some(Boolean);
        });
    },

    openDashboard() {
        this.action.doAction("ozel_kalem.action_dashboard");
    },
});
