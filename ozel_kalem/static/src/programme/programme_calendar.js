import { browser } from "@web/core/browser/browser";
import { deserializeDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { CalendarModel } from "@web/views/calendar/calendar_model";
import { calendarView } from "@web/views/calendar/calendar_view";

/** The programme: a day on a telephone, where a week has no room. */
export class ProgrammeCalendarModel extends CalendarModel {
    /** What was chosen on the small screen is kept apart. */
    get storageKey() {
        return this.env.isSmall ? `${super.storageKey}-small` : super.storageKey;
    }

    getLocalStorageScale() {
        const isChosen = browser.localStorage.getItem(this.storageKey);
        return this.env.isSmall && !isChosen ? "day" : super.getLocalStorageScale();
    }

    /** Whole days are kept as moments, from midnight to midnight of the reader. */
    buildRawRecord(partialRecord, options) {
        const data = super.buildRawRecord(partialRecord, options);
        const { all_day: allDay, date_start: start, date_stop: stop } = this.meta.fieldMapping;
        if (partialRecord.isAllDay && allDay && stop) {
            const last = partialRecord.end?.isValid ? partialRecord.end : partialRecord.start;
            data[start] = serializeDateTime(partialRecord.start.startOf("day"));
            data[stop] = serializeDateTime(last.startOf("day").plus({ days: 1 }));
        }
        return data;
    }

    normalizeRecord(rawRecord) {
        const { all_day: allDay, date_start: start, date_stop: stop } = this.meta.fieldMapping;
        if (!allDay || !stop || !rawRecord[allDay]) {
            return super.normalizeRecord(rawRecord);
        }
        const last = deserializeDateTime(rawRecord[stop]).minus({ seconds: 1 });
        return super.normalizeRecord({
            ...rawRecord,
            [start]: deserializeDateTime(rawRecord[start]).toISODate(),
            [stop]: last.toISODate(),
        });
    }
}

registry.category("views").add("ozel_kalem_programme_calendar", {
    ...calendarView,
    Model: ProgrammeCalendarModel,
});
