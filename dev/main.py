"""The command line of the tool chain: bin/dev, bin/odoo and bin/python all come here."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        f"error: Python 3.11 or newer is needed; this is {sys.version.split()[0]}."
    )

sys.dont_write_bytecode = True

from kit.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
