from . import (
    sources,
    indicator,
    statistics_table,
    statistics_closing,
    dashboard,
    statistics_fact,
)
