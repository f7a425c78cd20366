from . import (
    ics,
    incoming_mail,
    local_time,
    paper,
    register_numbers,
    slots,
    travel,
    turkish,
    workbook,
    working_days,
)
