"""Reads what a blueprint's save script printed on stdin, one JSON object with an id and a message, and prints the answer
to the control plane. Arguments: the order and how many seconds the save took. Exit status 65: malformed.
"""

import json
import re
import sys

order, seconds = sys.argv[1:]
try:
    saved = json.loads(sys.stdin.read(65536))
    if not re.fullmatch(r"[!-~]{1,200}", saved["id"]) or not isinstance(saved["message"], str):
        sys.exit(65)
except (ValueError, KeyError, TypeError):
    sys.exit(65)
answer = {"outcome": "saved", "order": order, "id": saved["id"], "message": saved["message"][:1000]}
print(json.dumps({**answer, "seconds": float(seconds)}, separators=(",", ":")))
