from . import (
    activity_report,
    activity_section,
    sources,
    indicator,
    statistics_table,
    statistics_closing,
)
