import { Component } from "@odoo/owl";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

const AMBER = 10;
const RED = 20;

/** How long somebody waits by now: grey, from 10 minutes amber, above 20 red. */
export class WaitBadge extends Component {
    static template = "ozel_kalem.WaitBadge";
    static props = { since: String, now: Object };

    get minutes() {
        const since = deserializeDateTime(this.props.since);
        return Math.max(0, Math.floor(this.props.now.diff(since, "minutes").minutes));
    }

    get text() {
        const minutes = this.minutes;
        if (minutes < 60) {
            return _t("%s min", minutes);
        }
        return _t("%(hours)s h %(minutes)s min", {
            hours: Math.floor(minutes / 60),
            minutes: minutes % 60,
        });
    }

    get colour() {
        if (this.minutes > RED) {
            return "text-bg-danger";
        }
        return this.minutes >= AMBER ? "text-bg-warning" : "text-bg-secondary";
    }
}
