from . import local_time, paper, register_numbers, turkish, workbook, working_days
