from . import local_time, register_numbers, turkish, workbook, working_days
