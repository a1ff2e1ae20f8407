"""Chooses the snapshot to restore. On stdin is what `restic snapshots --json` printed; arguments: the home, and the
snapshot that is wanted by its id or the start of it ("latest" for the newest data). Prints the full id, and behind it the tag of the
baseline that it is, if it is one; and a second line with the time and the id of the newest data, if there is any.

Exit status 4: there is none. Exit status 65: what is there does not fit, and why is printed.
"""

import json
import re
import sys
from datetime import datetime, timezone


def moment(snapshot):
    # restic writes nanoseconds, Python reads microseconds.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", snapshot["time"]).replace("Z", "+00:00"))


def newest_data(snapshots, home):
    fitting = [one for one in snapshots if home in one["paths"] and "data" in (one.get("tags") or [])]
    return max(fitting, key=moment, default=None)


def choose(snapshots, home, wanted):
    if wanted == "latest":
        return newest_data(snapshots, home) or sys.exit(4)
    found = [one for one in snapshots if one["id"].startswith(wanted)]
    if len(found) != 1:
        print(f"{'no' if not found else 'more than one'} snapshot {wanted} is in the repository")
        sys.exit(65)
    if home not in found[0]["paths"]:
        print(f"snapshot {wanted} is not one of {home}")
        sys.exit(65)
    return found[0]


known = json.load(sys.stdin) or []
chosen = choose(known, *sys.argv[1:])
baselines = [tag for tag in chosen.get("tags") or [] if re.fullmatch(r"cfg-v\d+", tag)]
print(chosen["id"], *baselines[:1])
if newest := newest_data(known, sys.argv[1]):
    print(moment(newest).astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), newest["id"][:8])
