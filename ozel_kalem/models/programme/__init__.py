from . import (
    visit,
    principal,
    appointment,
    appointment_schedule,
    note,
    call,
    minutes,
    minutes_distribution,
    public_day,
    council,
    invitation,
    webcal,
)
from . import board
from . import place, edition
from . import edition_item, edition_difference, edition_receipt, edition_print
from . import briefing
