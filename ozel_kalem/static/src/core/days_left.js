import { registry } from "@web/core/registry";
import { capitalize } from "@web/core/utils/strings";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";

const LONGEST = 99;

/** A deadline as its day and how far off it is: the core's says “next month” of the
 * day after tomorrow when a month ends tomorrow. */
export class DaysLeftField extends RemainingDaysField {
    get diffString() {
        if (this.diffDays === null) {
            return "";
        }
        if (Math.abs(this.diffDays) > LONGEST) {
            return this.formattedValue;
        }
        const value = this.props.record.data[this.props.name];
        const distance = value.toRelativeCalendar({ unit: "days" });
        return Math.abs(this.diffDays) > 1
            ? `${this.formattedValue}, ${distance}`
            : capitalize(distance);
    }
}

registry.category("fields").add("ozel_kalem_days_left", {
    ...remainingDaysField,
    component: DaysLeftField,
});
