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
export function changeOf({ value, previous, change, better }) {
    if (typeof value !== "number" || typeof previous !== "number") {
        return null;
    }
    if (value === previous) {
        return { icon: "fa-minus", text: "", words: _t("unchanged"), colour: "text-muted" };
    }
    // nothing grows from nothing by a percentage, but it grows
    const isKnown = typeof change === "number";
    const size = isKnown ? formatFigure(Math.abs(change), "percent", 1) : "";
    const isUp = value > previous;
    const good = better * (value - previous);
    const direction = isUp ? _t("increase") : _t("decrease");
    return {
        icon: isUp ? "fa-arrow-up" : "fa-arrow-down",
        text: size,
        words: [size, direction].filter(Boolean).join(" "),
        colour: good > 0 ? "text-success" : good < 0 ? "text-danger" : "text-muted",
    };
}

function formatPercent(written) {
    return user.lang.startsWith("tr") ? `%${written}` : `${written}%`;
}
