import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const EVERY = 2000;
const WAITING = ["queued", "running"];

/** How far a workbook is; asks the server until it is ready, then shows the outcome. */
export class ReportProgress extends Component {
    static template = "ozel_kalem.ReportProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.now = useState({ value: this.props.record.data.progress });
        // not before it is mounted: what is never mounted is never unmounted either
        onMounted(() => {
            this.timer = setInterval(() => this.ask(), EVERY);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get text() {
        if (!this.now.value) {
            return _t("The workbook waits for its turn. You may leave this page.");
        }
        const done = (this.now.value / 100).toLocaleString(user.lang, { style: "percent" });
        return _t("The workbook is being prepared: %s. You may leave this page.", done);
    }

    async ask() {
        const { record } = this.props;
        if (!record.resId || !WAITING.includes(record.data.state)) {
            return;
        }
        const found = await this.read(record);
        if (!found) {
            return;
        }
        this.now.value = found.progress;
        // what is being edited isn't thrown away: asked again until it is saved
        if (!WAITING.includes(found.state) && !(await record.isDirty())) {
            await record.load();
        }
    }

    /** State and progress; nothing while the server doesn't answer or it is deleted. */
    async read(record) {
        const fields = ["state", "progress"];
        try {
            const [found] = await this.orm.silent.read(record.resModel, [record.resId], fields);
            return found;
        } catch {
            return null;
        }
    }
}

registry.category("fields").add("ozel_kalem_report_progress", {
    component: ReportProgress,
    supportedTypes: ["integer"],
});
