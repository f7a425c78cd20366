from . import neighbourhood, topic, request, request_answer, request_dialogs
from . import request_similar, campaign, letter, aid, personal
from . import request_intake, request_submission, request_waiting
