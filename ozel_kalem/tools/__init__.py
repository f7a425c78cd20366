from . import (
    ics,
    local_time,
    paper,
    register_numbers,
    slots,
    travel,
    turkish,
    workbook,
    working_days,
)
