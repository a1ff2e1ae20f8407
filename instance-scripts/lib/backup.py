"""Reads what `restic backup --json` wrote: arguments are the file of its output and the file of its complaints. Prints
the snapshot's id, what is in it in words, how many files could not be read, and how many of its trees are new, one a
line. Files that were removed while the backup ran are no fault. Exit status 65: there is no snapshot.
"""

import json
import re
import sys


def events(path):
    with open(path, errors="replace") as file:
        for line in file:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event


def unread(event):
    why = event.get("error")
    why = why.get("message", "") if isinstance(why, dict) else str(why)
    return event.get("message_type") == "error" and "no such file or directory" not in why


def size(number):
    for unit in ("B", "KiB", "MiB", "GiB"):
        if number < 1024 or unit == "GiB":
            return f"{number:.0f} {unit}" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1024


said, complaints = sys.argv[1:]
summary = next((event for event in events(said) if event.get("message_type") == "summary"), {})
if not re.fullmatch(r"[0-9a-f]{64}", str(summary.get("snapshot_id"))):
    sys.exit(65)
print(summary["snapshot_id"])
print(
    f"{summary['files_new']} new and {summary['files_changed']} changed of {summary['total_files_processed']} files,"
    f" {size(summary.get('data_added_packed', summary['data_added']))} sent"
)
print(sum(map(unread, [*events(said), *events(complaints)])))
print(int(summary["tree_blobs"]))
