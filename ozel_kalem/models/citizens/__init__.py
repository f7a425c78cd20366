from . import neighbourhood, topic, request, request_answer, request_dialogs
from . import request_similar, campaign, letter, aid, personal
