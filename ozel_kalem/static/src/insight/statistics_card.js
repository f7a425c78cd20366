import { Component, useState } from "@odoo/owl";
import { formatFigure, isSomething } from "./figures";
import { StatisticsChart } from "./statistics_chart";

/** A table of the statistics: its chart, and the figures behind it. */
export class StatisticsCard extends Component {
    static template = "ozel_kalem.StatisticsCard";
    static components = { StatisticsChart };
    static props = { table: Object, open: Function };

    setup() {
        this.state = useState({ showsFigures: false });
        this.openCell = (column, row) => this.props.open(this.props.table, column, row);
    }

    get table() {
        return this.props.table;
    }

    get isEmpty() {
        const { rows, columns } = this.table;
        return !rows.some((row) => columns.some(({ key }) => isSomething(row.values[key])));
    }

    get hasChart() {
        return Boolean(this.table.chart);
    }

    text(values, column) {
        return formatFigure(values[column.key], column.kind, column.rounding);
    }

    hasPrevious(line, column) {
        return isSomething(line.previous[column.key]);
    }

    /** A share opens what it is the share of; a correction is of no records. */
    opens(line, column) {
        return line.kind !== "correction" && isSomething(line.values[column.key]);
    }

    open(column, row) {
        const of = column.shares_of || column.key;
        this.openCell(this.table.columns.find(({ key }) => key === of), row);
    }

    toggle() {
        this.state.showsFigures = !this.state.showsFigures;
    }
}
