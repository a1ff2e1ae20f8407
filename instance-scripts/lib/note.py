"""Reads the reply to GetParameter on stdin and prints the note in it: the order, and on the next line the task token.
Exit status 65, and nothing printed: malformed.
"""

import json
import re
import sys

try:
    note = json.loads(json.load(sys.stdin)["Parameter"]["Value"])
    order, token = note["order"], note["taskToken"]
    if not re.fullmatch(r"save [A-Za-z0-9:.-]{1,60}", order) or not re.fullmatch(r"[!-~]{1,2048}", token):
        sys.exit(65)
except (ValueError, KeyError, TypeError):
    sys.exit(65)
print(f"{order}\n{token}")
