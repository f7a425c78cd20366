from . import office, information_text, ir_ui_menu
from . import neighbourhood, topic, request, request_answer, request_dialogs
from . import mail_gateway, unmatched_mail, request_mail
from . import request_import, request_import_dialog
from . import request_similar, campaign, letter, aid, personal
from . import request_page, request_code, request_key, request_web
from . import request_counts, request_sheet, request_receipt
from . import request_intake, request_submission, request_waiting, request_correction
from . import request_search, request_referral
