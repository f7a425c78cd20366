"""What runs in a process of its own, beside the rest of the set-up."""

import sys

from . import debian
from .errors import KitError


def unpack():
    """Fetch and unpack Odoo; the exit code tells the parent."""
    try:
        debian.ensure_tree()
    except (KitError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
