from . import controllers, models, report, tools
from .hooks import post_init_hook, uninstall_hook
