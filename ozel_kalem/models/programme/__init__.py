from . import board_news
from . import (
    visit,
    principal,
    engagement,
    appointment,
    appointment_booking,
    appointment_guests,
    appointment_schedule,
    appointment_redirect,
    note,
    call,
    minutes,
    minutes_distribution,
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
from . import makes_request
from . import board, day_screen
from . import place, edition
from . import edition_item, edition_difference, edition_receipt, edition_print
from . import personal
from . import engagement_delegate, briefing, briefing_request
from . import acting, demo_day
