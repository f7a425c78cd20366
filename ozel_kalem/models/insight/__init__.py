from . import (
    sources,
    indicator,
    statistics_table,
    statistics_closing,
    statistics_report,
    statistics_report_queue,
    statistics_schedule,
)
