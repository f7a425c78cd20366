from . import (
    activity_report,
    activity_section,
    sources,
    indicator,
    statistics_table,
    statistics_closing,
    dashboard,
    statistics_fact,
    statistics_report,
    statistics_report_queue,
    statistics_schedule,
    statistics_schedule_mail,
)
