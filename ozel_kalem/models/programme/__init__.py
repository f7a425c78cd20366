from . import (
    visit,
    principal,
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
from . import board
from . import place, edition, engagement_delegate, briefing
