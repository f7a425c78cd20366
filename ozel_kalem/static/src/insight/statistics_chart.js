import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { formatFigure, isSomething } from "./figures";

const { DateTime } = luxon;
const MOST_ROWS = 12;
const ROW_HEIGHT = 34;
const LONGEST = { desk: 32, phone: 16 };
// Late is red in every chart, and what was done green.
const RED = "#EA6175";
const GREEN = "#43C5B1";
const MEANT = {
    concluded: GREEN,
    done: GREEN,
    in_time: GREEN,
    late: RED,
    no_show: RED,
    overdue: RED,
    rejected: RED,
};

/** A table of the statistics as a chart; a bar opens the records behind it. */
export class StatisticsChart extends Component {
    static template = "ozel_kalem.StatisticsChart";
    static props = { table: Object, open: Function };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.table]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    // ------------------------------------------------------------------ data

    get type() {
        return this.props.table.chart.type;
    }

    get columns() {
        const { columns, chart } = this.props.table;
        return columns.filter((column) => chart.columns.includes(column.key));
    }

    /** The rows with something in them; of many the largest. */
    get rows() {
        const { layout, rows } = this.props.table;
        const lines = rows.filter((row) => row.kind !== "correction");
        if (layout === "month") {
            return lines;
        }
        const size = (row) => Number(row.values[this.columns[0].key]) || 0;
        return lines
            .filter((row) => this.columns.some(({ key }) => isSomething(row.values[key])))
            .sort((one, other) => size(other) - size(one))
            .slice(0, MOST_ROWS);
    }

    /** One month alone is drawn by its columns. */
    get isSingle() {
        return this.rows.length === 1 && this.columns.length > 1;
    }

    /** ``{labels, series: [{label, cells: [{row, column}]}]}`` */
    get content() {
        const cell = (row, column) => ({ row, column, value: row.values[column.key] });
        if (this.isSingle) {
            const [row] = this.rows;
            return {
                labels: this.columns.map((column) => column.label),
                series: [{ label: row.label, cells: this.columns.map((c) => cell(row, c)) }],
            };
        }
        return {
            labels: this.rows.map((row) => this.labelOf(row)),
            series: this.columns.map((column) => ({
                label: column.label,
                cells: this.rows.map((row) => cell(row, column)),
            })),
        };
    }

    /** The months of one year go without it. */
    labelOf({ key, label }) {
        const { layout, period } = this.props.table;
        const isOneYear = period.from.slice(0, 4) === period.to.slice(0, 4);
        return layout === "month" && isOneYear
            ? DateTime.fromISO(`${key}-01`).toLocaleString({ month: "short" })
            : label;
    }

    get isPie() {
        return this.type === "pie" && !this.isSingle;
    }

    get isLying() {
        return this.type === "bar" && !this.isSingle;
    }

    get height() {
        return this.isLying ? Math.max(180, this.rows.length * ROW_HEIGHT + 70) : 280;
    }

    /** What is drawn, in words. */
    get summary() {
        const { labels, series } = this.content;
        const lines = labels.map((label, index) => {
            const values = series.map(({ label: of, cells }) => `${of} ${this.text(cells[index])}`);
            return `${label}: ${values.join(", ")}`;
        });
        return `${this.props.table.title}. ${lines.join("; ")}`;
    }

    text({ value, column }) {
        return formatFigure(value, column.kind, column.rounding);
    }

    // --------------------------------------------------------------- drawing

    draw() {
        this.chart?.destroy();
        this.chart = new Chart(this.canvas.el, this.config);
    }

    get config() {
        const { labels, series } = this.content;
        this.series = series;
        return {
            type: this.isPie ? "doughnut" : this.type === "line" ? "line" : "bar",
            data: { labels, datasets: series.map((one, index) => this.dataset(one, index)) },
            options: this.options,
        };
    }

    dataset({ label, cells }, index) {
        const isEach = this.isPie || this.isSingle;
        const ofCell = ({ column }, at) =>
            this.isPie ? this.colour(at, cells.length) : this.colourOf(column, at);
        return {
            label,
            data: cells.map(({ value }) => Number(value) || 0),
            backgroundColor: isEach
                ? cells.map(ofCell)
                : this.colourOf(this.columns[index], index),
            borderRadius: this.isPie ? 0 : 3,
            maxBarThickness: 48,
        };
    }

    colour(index, size) {
        return getColor(index, cookie.get("color_scheme"), size);
    }

    colourOf(column, index) {
        const { columns } = this;
        const hasMeaning = columns.some(({ key }) => key in MEANT);
        return hasMeaning
            ? MEANT[column.key] || this.colour(0, columns.length)
            : this.colour(index, columns.length);
    }

    get options() {
        // whatever the page looks like, dark or bright
        const { color: ink, borderTopColor: grid } = getComputedStyle(this.canvas.el);
        const isStacked = this.type === "stacked" && !this.isSingle;
        const ticks = { color: ink, precision: 0 };
        const numbers = { stacked: isStacked, beginAtZero: true, ticks, grid: { color: grid } };
        const names = {
            stacked: isStacked,
            ticks: { color: ink, autoSkip: false, callback: this.shortLabel },
            grid: { display: false },
        };
        return {
            animation: false,
            maintainAspectRatio: false,
            indexAxis: this.isLying ? "y" : "x",
            scales: this.isPie
                ? {}
                : { x: this.isLying ? numbers : names, y: this.isLying ? names : numbers },
            plugins: {
                legend: {
                    display: this.isPie || this.content.series.length > 1,
                    position: this.isPie && !this.env.isSmall ? "right" : "bottom",
                    labels: { color: ink, boxWidth: 14 },
                },
                tooltip: { callbacks: { label: (item) => this.tooltip(item) } },
            },
            onHover: (ev, elements) => {
                ev.native.target.style.cursor = elements.length ? "pointer" : "default";
            },
            onClick: (_ev, elements) => elements.length && this.openElement(elements[0]),
        };
    }

    /** Called by the library, with the axis as its ``this``. */
    get shortLabel() {
        const longest = this.env.isSmall ? LONGEST.phone : LONGEST.desk;
        return function (value) {
            const label = this.getLabelForValue(value);
            return label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
        };
    }

    tooltip({ datasetIndex, dataIndex, dataset }) {
        const cell = this.series[datasetIndex].cells[dataIndex];
        return this.isSingle ? this.text(cell) : `${dataset.label}: ${this.text(cell)}`;
    }

    openElement({ datasetIndex, index }) {
        const { row, column } = this.series[datasetIndex].cells[index];
        this.props.open(column, row);
    }
}

