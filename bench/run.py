"""Every measurement: `make bench`, or bin/python bench/run.py NAME --count=500."""

import argparse
import importlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / name) for name in ("dev", "tests", "bench")]

from kit import odoo as environment  # noqa: E402
from kit import paths, run  # noqa: E402

# The other files here are parts of one of them.
BENCHES = (
    "citizen_requests",
    "invitations",
    "programme",
    "programme_papers",
    "register",
    "sheets",
    "statistics_tables",
)


def main():
    """Run the named benches, print their tables, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME")
    parser.add_argument("--count", type=int, help="requests of a round")
    options = parser.parse_args()
    odoo = environment.ensure()
    results = [_measure(name, odoo, options) for name in options.names or BENCHES]
    return 0 if all(results) else 1


def _measure(name, odoo, options):
    run.say(f"Measuring {name}")
    found = importlib.import_module(name).measure(odoo, options.count)
    folder = paths.STATE / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.json"
    target.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    _print_table(found["rows"])
    for goal in found["goals"]:
        verdict = "reached" if goal["reached"] else "MISSED"
        print(f"{verdict:8} {goal['goal']}: {goal['value']}")
    print(f"({target.relative_to(ROOT) if target.is_relative_to(ROOT) else target})")
    return all(goal["reached"] for goal in found["goals"])


def _print_table(rows):
    heads = list(rows[0])
    texts = [heads, *([str(row[head]) for head in heads] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for text in texts:
        cells = zip(text, widths, strict=True)
        print("  ".join(cell.rjust(width) for cell, width in cells))


if __name__ == "__main__":
    sys.exit(main())
