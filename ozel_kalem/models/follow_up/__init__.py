from . import (
    mixin_about,
    mixin_referable,
    mixin_submittable,
    referral,
    referral_more_time,
    submission,
    submission_cover,
    notice,
    notice_delivery,
    personal,
    instruction,
    instruction_sheet,
)
