import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { formatFloat } from "@web/views/fields/formatters";

const NOTHING = "–";

/** A figure of the statistics, as the reader's language writes it. */
export function formatFigure(value, kind, rounding) {
    if (value === null || value === undefined || value === "") {
        return NOTHING;
    }
    if (typeof value === "string") {
        return value;
    }
    const written = formatFloat(value, { digits: [16, rounding || 0], trailingZeros: true });
    return kind === "percent" ? formatPercent(written) : written;
}

/** Whether there is anything to open or to draw. */
export function isSomething(value) {
    return typeof value === "string" || Boolean(value);
}

/**
 * How a figure changed: its direction in words and as an arrow, and whether it is
 * good news; null where nothing can be compared.
 */
export function changeOf({ change, better }) {
    if (change === null || change === undefined) {
        return null;
    }
    const size = formatFigure(Math.abs(change), "percent", 1);
    if (!change) {
        return { icon: "fa-minus", text: size, words: _t("unchanged"), colour: "text-muted" };
    }
    const isUp = change > 0;
    const good = better * change;
    return {
        icon: isUp ? "fa-arrow-up" : "fa-arrow-down",
        text: size,
        words: isUp ? _t("%s more", size) : _t("%s less", size),
        colour: good > 0 ? "text-success" : good < 0 ? "text-danger" : "text-muted",
    };
}

function formatPercent(written) {
    return user.lang.startsWith("tr") ? `%${written}` : `${written}%`;
}
