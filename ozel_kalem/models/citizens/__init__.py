from . import (
    office,
    information_text,
    neighbourhood,
    topic,
    request,
    request_answer,
    request_dialogs,
    request_page,
    request_code,
    request_web,
)
