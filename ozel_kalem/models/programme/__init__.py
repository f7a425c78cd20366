from . import board_news
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
from . import board, day_screen
from . import place, edition, briefing
