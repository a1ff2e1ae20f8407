"""Reads what device-list found, for each device its name, facts a line and its subvolumes as JSON up to a line with a dot,
and prints one JSON array.
"""

import json
import sys
from datetime import datetime, timezone


def stamp(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def device(name, lines):
    registered, append_only, quota, added, used = (next(lines) for _ in range(5))
    nodes = [json.loads(line) for line in iter(lambda: next(lines), ".")]
    complete = [node for node in nodes if node["readonly"] and node["received"] != "-"]
    return {
        "name": name,
        "registered": registered == "yes",
        "appendOnly": append_only == "yes",
        "quotaGiB": int(quota) if quota else None,
        "usedBytes": int(used) if used else None,
        "addedAt": added or None,
        "lastBackupAt": stamp(max(node["receivedAt"] for node in complete)) if complete else None,
        "snapshots": [
            {"name": node["path"], "receivedAt": stamp(node["receivedAt"]), "uuid": node["uuid"]} for node in complete
        ],
        "incomplete": sum(not node["readonly"] and node["received"] == "-" for node in nodes),
    }


lines = (line.rstrip("\n") for line in sys.stdin)
print(json.dumps([device(name, lines) for name in lines]))
