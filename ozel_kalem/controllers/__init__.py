from . import edition, invitation, sheet, webcal
