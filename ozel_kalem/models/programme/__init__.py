from . import (
    visit,
    principal,
    appointment,
    appointment_schedule,
    appointment_redirect,
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
from . import acting, demo_day
