from . import (
    mixin_about,
    mixin_referable,
    mixin_submittable,
    referral,
    submission,
    notice,
    instruction,
    instruction_sheet,
)
