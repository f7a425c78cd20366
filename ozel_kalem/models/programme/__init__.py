from . import (
    visit,
    appointment,
    note,
    call,
    minutes,
    public_day,
    council,
    invitation,
    webcal,
)
from . import board
from . import place, edition, briefing
