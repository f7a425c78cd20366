from . import (
    visit,
    principal,
    engagement,
    appointment,
    appointment_schedule,
    note,
    call,
    minutes,
    public_day,
    council,
    invitation,
    webcal,
)
from . import personal
from . import board
from . import place, edition, briefing
