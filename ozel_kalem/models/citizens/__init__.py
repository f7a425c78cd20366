from . import (
    neighbourhood,
    topic,
    request,
    request_answer,
    request_dialogs,
    request_counts,
    request_sheet,
)
