"""Compares the tables of settings in docs/operating.md with the program: flags, variables and defaults.

usage: documented.py PROGRAM PAGE
"""

import re
import subprocess
import sys
from pathlib import Path

program, page = sys.argv[1], Path(sys.argv[2]).read_text()


def settings():
    """Yields (flag, variable, default) of `serve`, as `--help` prints them."""
    text = subprocess.run([program, "serve", "--help"], check=True, text=True, capture_output=True).stdout
    for entry in re.split(r"\n(?=  (?:-\w, |    )--)", text)[1:]:
        flag = re.search(r"--[a-z-]+", entry)[0]
        variable = re.search(r"\[env: (\w+)", entry)
        default = re.search(r"\[default: ([^\]]+)\]", entry)
        if variable:
            yield flag, variable[1], default and default[1]


missing, rows = [], {}
for row in re.findall(r"^\| `(--[a-z-]+)` \| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE):
    rows[row[0]] = (row[1], row[2].strip().strip("`"))
known = list(settings())
if not known:
    missing.append("the program's help names no settings: has its form changed?")
for flag, variable, default in known:
    if flag not in rows:
        missing.append(f"{flag} ({variable}) has no row")
    elif rows[flag][0] != variable:
        missing.append(f"{flag} is {variable}, and the page says {rows[flag][0]}")
    elif default and rows[flag][1] != default:
        missing.append(f"{flag} defaults to {default}, and the page says {rows[flag][1]}")
for flag in rows.keys() - {flag for flag, _, _ in known}:
    missing.append(f"{flag} has a row, and the program has no such flag")

for line in missing:
    print(f"docs/operating.md: {line}", file=sys.stderr)
print(f"{len(known)} settings")
sys.exit(bool(missing))
