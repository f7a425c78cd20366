import { Component, onWillStart, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { router } from "@web/core/browser/router";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { pick } from "@web/core/utils/objects";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { changeOf, formatFigure, isSomething } from "./figures";
import { StatisticsCard } from "./statistics_card";

const DASHBOARD = "ozel_kalem.dashboard";
const TABLE = "ozel_kalem.statistics.table";
const CHOICE = ["kind", "period", "from", "to", "compare", "company"];
const RANGE = "range";
// Said in the address, because without a word the period before is compared.
const NO_COMPARISON = "none";
const LAST_CHOICE = "ozel_kalem.dashboard.choice";
const LAST_COMPANY = "ozel_kalem.dashboard.company";

/** The figures of a role; what is chosen stands in the address. */
export class Dashboard extends Component {
    static template = "ozel_kalem.Dashboard";
    static components = { Layout, StatisticsCard };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.notification = useService("notification");
        this.orm = useService("orm");
        this.latest = new KeepLast();
        this.state = useState({ data: null, error: "", isBusy: true, range: null });
        this.choice = this.choiceOfAddress();
        onWillStart(() => this.start());
    }

    get data() {
        return this.state.data;
    }

    // --------------------------------------------------------------- address

    /** What the address says; coming back by the breadcrumb, what it said then. */
    choiceOfAddress() {
        const { id, path } = this.props.action;
        const isOurs = ({ action }) => action && [id, path].includes(action);
        const { current } = router;
        if (isOurs(current)) {
            return pick(current, ...CHOICE);
        }
        const before = (current.actionStack || []).findLast(isOurs);
        if (!before) {
            return {};
        }
        const choice = pick(before, ...CHOICE);
        // the page was loaded anew meanwhile, which left only the path
        const last = browser.sessionStorage.getItem(LAST_CHOICE);
        return Object.keys(choice).length ? choice : JSON.parse(last || "{}");
    }

    writeAddress() {
        const { kind, preset, period, compare } = this.data;
        this.choice = {
            kind,
            period: preset || undefined,
            from: preset ? undefined : period.from,
            to: preset ? undefined : period.to,
            compare: compare || NO_COMPARISON,
            company: this.hasCompanies ? user.activeCompany.id : undefined,
        };
        this.props.updateActionState(this.choice);
        browser.sessionStorage.setItem(LAST_CHOICE, JSON.stringify(this.choice));
    }

    get hasCompanies() {
        return user.allowedCompanies.length > 1;
    }

    /** The company of the address, where it's one of the user's (still). */
    get linkedCompany() {
        const { company } = this.choice;
        return user.allowedCompanies.some(({ id }) => id === company) ? company : undefined;
    }

    /** A link to another company's figures opens that company, once. */
    async enterCompany() {
        const company = this.linkedCompany;
        const known = browser.sessionStorage.getItem(LAST_COMPANY);
        const isSwitched = known === String(company);
        if (!company || company === user.activeCompany.id || isSwitched) {
            browser.sessionStorage.setItem(LAST_COMPANY, user.activeCompany.id);
            return false;
        }
        browser.sessionStorage.setItem(LAST_COMPANY, company);
        await user.activateCompanies([company], { includeChildCompanies: false, reload: true });
        return true;
    }

    // --------------------------------------------------------------- loading

    async start() {
        if (!(await this.enterCompany())) {
            // the frame is there at once, the figures follow
            this.load();
        }
    }

    async load() {
        const { kind, period, from, to, compare } = this.choice;
        this.state.isBusy = true;
        try {
            const asked = this.orm.silent.call(DASHBOARD, "get_dashboard", [], {
                kind: kind || null,
                date_from: from || null,
                date_to: to || null,
                compare: compare === NO_COMPARISON ? null : compare || "previous",
                company_id: user.activeCompany.id,
                preset: period || null,
            });
            this.state.data = await this.latest.add(asked);
            this.state.error = "";
            this.state.range = null;
            this.writeAddress();
        } catch (error) {
            if (!(error instanceof RPCError)) {
                this.state.error = _t("The office's server can't be reached.");
            } else {
                this.state.error = error.data?.message || error.message;
            }
        }
        this.state.isBusy = false;
    }

    /** Back to the own dashboard of this month. */
    startAnew() {
        this.choose(Object.fromEntries(CHOICE.map((key) => [key, undefined])));
    }

    choose(changes) {
        this.choice = { ...this.choice, ...changes };
        return this.load();
    }

    // ---------------------------------------------------------------- choice

    get isMayor() {
        return this.data.kind === "mayor";
    }

    get chosenPeriod() {
        return this.state.range || !this.data.preset ? RANGE : this.data.preset;
    }

    get range() {
        return this.state.range || (this.data.preset ? null : this.data.period);
    }

    get chosenComparison() {
        return this.data.compare || NO_COMPARISON;
    }

    get comparisons() {
        return [
            { key: NO_COMPARISON, label: _t("No comparison") },
            { key: "previous", label: _t("The period before") },
            { key: "last_year", label: _t("The same last year") },
        ];
    }

    choosePeriod(ev) {
        const period = ev.target.value;
        if (period === RANGE) {
            this.state.range = { ...this.data.period };
            return;
        }
        this.choose({ period, from: undefined, to: undefined });
    }

    chooseRange(ev) {
        const { from, to } = Object.fromEntries(new FormData(ev.target));
        this.choose({ period: undefined, from, to });
    }

    chooseComparison(ev) {
        this.choose({ compare: ev.target.value });
    }

    // --------------------------------------------------------------- figures

    /** As many beside each other as leave no gap. */
    get columns() {
        if (this.isMayor) {
            return "o_ok_big row-cols-1 row-cols-sm-2 row-cols-lg-4";
        }
        const wide = this.data.tiles.length % 6 ? "row-cols-lg-4" : "row-cols-lg-6";
        return `row-cols-2 row-cols-md-3 ${wide}`;
    }

    get isEmpty() {
        const { tiles, tables } = this.data;
        const hasFigures = ({ rows, columns }) =>
            rows.some((row) => columns.some(({ key }) => isSomething(row.values[key])));
        return !tiles.some(({ value }) => isSomething(value)) && !tables.some(hasFigures);
    }

    get tiles() {
        return this.data.tiles.map((tile) => {
            const change = changeOf(tile);
            const value = formatFigure(tile.value, tile.kind, tile.rounding);
            const unit = tile.kind === "number" ? tile.unit : "";
            // a figure of today has no period before it
            const hasPast = this.data.previous && tile.table;
            const previous = hasPast
                ? formatFigure(tile.previous, tile.kind, tile.rounding)
                : "";
            const words = [`${tile.label}: ${value} ${unit}`.trim()];
            if (previous) {
                words.push(`${this.data.previous.label}: ${previous}`, change?.words);
            }
            return {
                ...tile,
                key: `${tile.table || "today"}-${tile.column}`,
                text: value,
                unit,
                change,
                before: previous,
                words: words.filter(Boolean).join(". "),
            };
        });
    }

    openTile(tile) {
        if (tile.table) {
            return this.open(tile.table, tile.column, null, true);
        }
        // how things stand today: of no table and no period
        return this.openRecords(DASHBOARD, "action_open_standing", [
            tile.column,
            this.data.company.id,
        ]);
    }

    openCell(table, column, row) {
        return this.open(table.code, column.key, row ? row.key : null, !row);
    }

    async open(code, column, row, isWhole) {
        const { period, company } = this.data;
        const figure = [code, period.from, period.to, column, row, isWhole, company.id];
        await this.openRecords(TABLE, "action_open_figure", [[], ...figure]);
    }

    async openRecords(model, method, figure) {
        const action = await this.orm.call(model, method, figure);
        const { ozel_kalem_restricted: restricted } = action.context;
        if (restricted) {
            this.notification.add(_t("%s restricted records aren't listed.", restricted), {
                type: "info",
            });
        }
        await this.action.doAction(action);
    }
}

registry.category("actions").add("ozel_kalem_dashboard", Dashboard);
