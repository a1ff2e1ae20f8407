"""Reads the journal as JSON on stdin and prints a cursor and one PutLogEvents request, on a line each; nothing when
there is nothing. Arguments: the log group and the stream. What would make a request bigger than AWS takes is left for
the next.
"""

import json
import sys

LIMIT = 900_000

group, stream = sys.argv[1:]
events, size, cursor = [], 0, ""
for line in sys.stdin:
    entry = json.loads(line)
    message = entry.get("MESSAGE")
    # What is not text comes as a list of bytes.
    if isinstance(message, list):
        message = bytes(message).decode(errors="replace")
    message = (message or " ")[:20_000]
    size += len(message.encode()) * 2 + 100
    if events and size > LIMIT:
        continue
    cursor = entry["__CURSOR"]
    events.append({"timestamp": int(entry["__REALTIME_TIMESTAMP"]) // 1000, "message": message})
if events:
    # A clock that was set may have changed the order.
    events.sort(key=lambda event: event["timestamp"])
    print(cursor)
    print(json.dumps({"logGroupName": group, "logStreamName": stream, "logEvents": events}))
