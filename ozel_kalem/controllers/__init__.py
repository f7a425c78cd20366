from . import invitation, sheet, webcal
