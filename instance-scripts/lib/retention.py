"""Which snapshots go. Arguments are what is pinned (a snapshot's id, latest or none) and the files of what `restic snapshots` and
`restic forget --dry-run` said. Prints how many snapshots there are, then the id of each that goes, one a line.

Exit status 65: none may go; the line says why.
"""

import json
import re
import sys
from datetime import datetime, timedelta, timezone


class Refused(Exception):
    pass


def read(path):
    with open(path) as file:
        return json.load(file) or []


def pinned_id(pinned, snapshots):
    """The full id of what is pinned, or None. A pin that nobody can follow is not a reason to remove it."""
    if pinned in ("none", "latest"):
        return None
    found = [each["id"] for each in snapshots if re.fullmatch(r"[0-9a-f]{8,64}", pinned) and each["id"].startswith(pinned)]
    if len(found) != 1:
        raise Refused(f"the pinned snapshot {pinned[:8]} is not in the repository")
    return found[0]


def moment(snapshot):
    # restic writes nanoseconds, Python reads microseconds.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", snapshot["time"]).replace("Z", "+00:00"))


def refuse_future(snapshots):
    """Snapshots of times to come would take the places of the good ones, and everybody with a box can make some."""
    latest = datetime.now(timezone.utc) + timedelta(hours=1)
    for each in snapshots:
        if moment(each) > latest:
            raise Refused(f"snapshot {each['id'][:8]} is of a time to come ({each['time'][:19]})")


def main(pinned, snapshots_path, plan_path):
    snapshots, groups = read(snapshots_path), read(plan_path)
    try:
        stays = pinned_id(pinned, snapshots)
        refuse_future(snapshots)
        gone = [each["id"] for group in groups for each in group.get("remove") or [] if each["id"] != stays]
        if gone and len(gone) >= len(snapshots):
            raise Refused("no backup would be left")
    except Refused as problem:
        print(problem)
        sys.exit(65)
    print("\n".join([str(len(snapshots)), *gone]))


main(*sys.argv[1:])
