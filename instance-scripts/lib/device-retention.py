"""Which of a device's backups may go: reads subvolumes as JSON on stdin, a line each, and prints the numbers of those that
no rule keeps. The argument is the rules, `24h 7d 4w 6m` for example: the first backup of each of the last 24 hours, 7
days, 4 weeks and 6 months that have one; and always the newest of each name, which the next incremental one builds on.

When a backup was made is what this machine's clock said as it arrived. A client chooses its names: with a name from the
future or a hundred backups in an hour, a thief of the key could else have the good ones deleted as too old or too many.
For the same reason the first of an hour stays, and not the last.
"""

import json
import re
import sys
from datetime import datetime, timezone

BUCKETS = {"h": "%Y-%m-%d %H", "d": "%Y-%m-%d", "w": "%G-%V", "m": "%Y-%m"}
TIMESTAMP = re.compile(r"\.[0-9]{8}(T[0-9]{4}([0-9]{2}([+-][0-9]{4}|Z))?)?(_[0-9]+)?$")


def rules_of(text):
    rules = re.findall(r"\b([1-9][0-9]{0,3})([hdwm])(?= |$)", text)
    if not rules or " ".join(map("".join, rules)) != text:
        sys.exit(f"the rules are '{text}': allowed are numbers with h, d, w or m, as in '24h 7d 4w 6m'")
    return [(int(number), BUCKETS[unit]) for number, unit in rules]


def kept(arrivals, rules):
    """arrivals: (seconds, number) of the backups of one name. Returns the numbers that stay."""
    ordered = sorted(arrivals)
    stay = {ordered[-1][1]}
    for count, form in rules:
        first = {}
        for seconds, number in ordered:
            first.setdefault(datetime.fromtimestamp(seconds, timezone.utc).strftime(form), number)
        stay.update(list(first.values())[-count:])
    return stay


if __name__ == "__main__":
    rules, names = rules_of(sys.argv[1]), {}
    for node in map(json.loads, sys.stdin):
        if node["readonly"] and node["received"] != "-":
            names.setdefault(TIMESTAMP.sub("", node["path"]), []).append((node["receivedAt"], node["id"]))
    for arrivals in names.values():
        stay = kept(arrivals, rules)
        for _, number in sorted(arrivals):
            if number not in stay:
                print(number)
