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
    engagement_attendee,
    invitation_answer,
    invitation_queue,
    invitation_call,
    invitation_reply,
    webcal,
)
from . import personal
from . import board, day_screen
from . import place, edition, engagement_delegate, briefing
