import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { extractFieldsFromArchInfo } from "@web/model/relational_model/utils";
import { listView } from "@web/views/list/list_view";

// The core's key names the fields that were read, which change here with the choice.
const choiceKey = (resModel, viewId) => `lean,${resModel},list,${viewId}`;

/** Whether an expression of the view, other than the column's own, needs the field. */
function isMentioned(name, arch) {
    const word = new RegExp(`\\b${name}\\b`);
    return [arch, ...arch.querySelectorAll("*")]
        .filter((node) => node.getAttribute("name") !== name)
        .some((node) => [...node.attributes].some(({ value }) => word.test(value)));
}

/** A list that reads the optional columns that somebody looks at: the core's reads
 * them all, and the names of their records, for each of eighty rows. */
export class LeanListController extends listView.Controller {
    get modelParams() {
        const params = super.modelParams;
        if (!this.props.state?.modelState) {
            for (const name of this.columnsOutOfSight()) {
                delete params.config.activeFields[name];
            }
        }
        return params;
    }

    columnsOutOfSight() {
        const { columns, xmlDoc } = this.archInfo;
        const key = choiceKey(this.props.resModel, this.env.config.viewId);
        const choice = browser.localStorage.getItem(`optional_fields,${key}`);
        const isShown = ({ name, optional }) =>
            choice === null ? optional === "show" : choice.split(",").includes(name);
        return columns
            .filter((column) => column.type === "field" && column.optional)
            .filter((column) => !isShown(column) && !isMentioned(column.name, xmlDoc))
            .map((column) => column.name);
    }
}

export class LeanListRenderer extends listView.Renderer {
    createViewKey() {
        return choiceKey(this.props.list.resModel, this.env.config.viewId);
    }

    /** @override */
    async toggleOptionalField(name) {
        const { model, fields } = this.props.list;
        if (!(name in model.config.activeFields)) {
            const { activeFields } = extractFieldsFromArchInfo(this.props.archInfo, fields);
            model.config.activeFields[name] = activeFields[name];
            await model.load();
        }
        return super.toggleOptionalField(name);
    }
}

registry.category("views").add("ozel_kalem_lean_list", {
    ...listView,
    Controller: LeanListController,
    Renderer: LeanListRenderer,
});
