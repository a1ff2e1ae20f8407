"""Reads the reply to GetParameter on stdin and checks the invitation in it, field by field.

Prints one value a line: task token, user, public key (empty when there is none), hard cap for systemd (empty when the
machine is kept for ever), what to restore, seconds until it must be ready (empty: the scripts' own), how many hours, days,
weeks and months keep a backup (empty: it is no machine of retention), toolkit names.
Exit status 65: malformed; the lines are then the task token (empty when it cannot be read) and what is wrong. What
is wrong never quotes a value, because the text goes to the log and to a tag.
"""

import json
import re
import sys
from datetime import datetime, timezone

PUBLIC_KEY = re.compile(r"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI[A-Za-z0-9+/]{43}( [ -~]{0,255})?")
HARD_CAP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z")

RESTORE = re.compile(r"pinned|latest|none|[0-9a-f]{8,64}")

KEEP = ("keepHourly", "keepDaily", "keepWeekly", "keepMonthly")


class Malformed(Exception):
    pass


def text(invitation, field, pattern, expected):
    value = invitation.get(field)
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Malformed(f"field {field}: expected {expected}")
    return value


def hard_cap(invitation):
    # Only a null that is written: a field that was forgotten must not make a machine immortal.
    if "hardCapAt" in invitation and invitation["hardCapAt"] is None:
        return ""
    found = HARD_CAP.fullmatch(text(invitation, "hardCapAt", HARD_CAP, "a UTC time such as 2026-11-20T12:00:00Z, or null"))
    try:
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc)
    except ValueError:
        raise Malformed("field hardCapAt: expected a date that exists") from None
    if moment <= datetime.now(timezone.utc):
        raise Malformed("field hardCapAt: expected a time in the future")
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def ready_seconds(invitation):
    seconds = invitation.get("readySeconds")
    if seconds is None:
        return ""
    if type(seconds) is not int or not 1 <= seconds <= 3600:
        raise Malformed("field readySeconds: expected a whole number from 1 to 3600")
    return str(seconds)


def keep(invitation):
    policy = invitation.get("keep")
    if policy is None:
        return ""
    if not isinstance(policy, dict) or sorted(policy) != sorted(KEEP):
        raise Malformed(f"field keep: expected an object with {', '.join(KEEP)}, or null")
    counts = [policy[name] for name in KEEP]
    if any(type(count) is not int or not 0 <= count <= 1000 for count in counts) or not any(counts):
        raise Malformed("field keep: expected whole numbers from 0 to 1000, one of them more than 0")
    return " ".join(map(str, counts))


def toolkit(invitation):
    names = invitation.get("toolkit")
    if not isinstance(names, list):
        raise Malformed("field toolkit: expected a list of names")
    # A name nobody knows fails later, by itself; here it only has to be one printable line.
    return [re.sub(r"[^!-~]", "?", str(name))[:64] or "?" for name in names]


def read(invitation, session, blueprint):
    if text(invitation, "session", r"[ -~]*", "a session id") != session:
        raise Malformed("field session: expected the session in the machine's own tag")
    if text(invitation, "blueprint", r"[ -~]*", "a blueprint") != blueprint:
        raise Malformed(f"field blueprint: expected {blueprint}")
    user = text(invitation, "user", r"[a-z_][a-z0-9_-]{0,31}", "a login name")
    key = ""
    if invitation.get("publicKey") is not None:
        key = text(invitation, "publicKey", PUBLIC_KEY, "one ssh-ed25519 key on one line, or null")
    restore = "pinned"
    if invitation.get("restore") is not None:
        restore = text(invitation, "restore", RESTORE, "pinned, latest, none or a snapshot's id")
    return [user, key, hard_cap(invitation), restore, ready_seconds(invitation), keep(invitation), *toolkit(invitation)]


def main(session, blueprint):
    token = ""
    try:
        try:
            invitation = json.loads(json.load(sys.stdin)["Parameter"]["Value"])
        except (ValueError, KeyError, TypeError):
            raise Malformed("the machine's parameter is not JSON") from None
        if not isinstance(invitation, dict):
            raise Malformed("the machine's parameter is not a JSON object")
        token = text(invitation, "taskToken", r"[!-~]{1,2048}", "a task token")
        print("\n".join([token, *read(invitation, session, blueprint)]))
    except Malformed as problem:
        print(f"{token}\n{problem}")
        sys.exit(65)


main(*sys.argv[1:])
