from . import (
    citizen_form,
    citizen_request,
    citizen_portal,
    edition,
    invitation,
    sheet,
    webcal,
)
