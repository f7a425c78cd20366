from . import follow_up, programme
