"""What the control plane and a backup target tell each other about devices.

read    a reply to GetParametersByPath on stdin: prints the token of the next page, or an empty line, and then a line for each
        device: name, yes or no (append only), quota or -, and its key; a revoked one has - for a key.
seen    what device-list prints on stdin: a line for each device: its name, a space, and what is told of it as JSON.

Exit status 65: malformed, and nothing is printed. A device that was not understood must not pass for one that is not there.
"""

import json
import re
import sys

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
KEY = re.compile(r"ssh-ed25519 [A-Za-z0-9+/]+={0,2}( [\w.@:+-]{0,80})?")


class Malformed(Exception):
    pass


def entry(parameter):
    device = json.loads(parameter["Value"])
    name, key, quota = device["name"], device["publicKey"], device["quotaGiB"]
    if not NAME.fullmatch(name) or not parameter["Name"].endswith("/" + name):
        raise Malformed
    if key is not None and not KEY.fullmatch(key):
        raise Malformed
    if type(device["appendOnly"]) is not bool or not (quota is None or type(quota) is int and 0 < quota < 10**6):
        raise Malformed
    return f"{name} {'yes' if device['appendOnly'] else 'no'} {quota or '-'} {key or '-'}"


def read(reply):
    return [reply.get("NextToken") or "", *map(entry, reply["Parameters"])]


def seen(devices):
    facts = [
        {"name": one["name"], "lastBackup": one["lastBackupAt"], "snapshots": len(one["snapshots"]), "usedBytes": one["usedBytes"]}
        for one in devices
    ]
    return [f"{one['name']} {json.dumps(one, separators=(',', ':'))}" for one in facts]


try:
    lines = {"read": read, "seen": seen}[sys.argv[1]](json.load(sys.stdin))
except (ValueError, KeyError, TypeError, AttributeError, Malformed):
    sys.exit(65)
print("\n".join(lines))
