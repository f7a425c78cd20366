from . import (
    ics,
    local_time,
    paper,
    phone,
    register_numbers,
    slots,
    travel,
    turkish,
    workbook,
    working_days,
)
