from . import (
    ics,
    incoming_mail,
    intake_sheet,
    local_time,
    paper,
    register_numbers,
    slots,
    travel,
    turkish,
    workbook,
    working_days,
)
