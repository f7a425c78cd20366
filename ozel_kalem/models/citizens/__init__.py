from . import (
    neighbourhood,
    topic,
    request,
    request_answer,
    request_dialogs,
    mail_gateway,
    unmatched_mail,
    request_mail,
    request_import,
    request_import_dialog,
)
