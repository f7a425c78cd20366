from . import (
    test_local_time,
    test_register_numbers,
    test_shipped_data,
    test_turkish,
    test_workbook,
    test_working_days,
)
