from . import (
    test_ics,
    test_local_time,
    test_register_numbers,
    test_shipped_data,
    test_slots,
    test_travel,
    test_turkish,
    test_workbook,
    test_working_days,
)
