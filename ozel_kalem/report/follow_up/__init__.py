from . import instruction_table
