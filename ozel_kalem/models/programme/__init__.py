from . import visit, appointment, note, call, minutes, invitation, webcal
