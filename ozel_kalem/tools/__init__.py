from . import (
    ics,
    incoming_mail,
    intake_sheet,
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
