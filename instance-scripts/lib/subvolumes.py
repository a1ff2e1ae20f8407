"""Says which subvolumes there are below a folder, by looking at them, as the kernel allows it to everybody who can reach
them. So nobody else's can be in the answer, and no name can be mistaken for a line of it. Arguments: a form, the
folder and, for a list, its path in the volume. `list` and `list-readonly` are forms of `btrfs subvolume list`;
`numbers` are those of all, `leftovers` of the half-received ones; `json` is one object a line, with the times of this machine's clock,
which no client sets.
"""

import fcntl
import json
import os
import re
import struct
import sys
import uuid

SUBVOLUME_INODE = 256
GET_INFORMATION = 0x81F8943C
INFORMATION = struct.Struct("=Q256sQQQQ16s16s16sQQQQ" + "QI4x" * 4 + "64x")
READ_ONLY = 1
# What a request can name. A name with a line break would make two lines of one.
NAMEABLE = re.compile(r"[A-Za-z0-9_@+.,:=% -]+")


def identity(raw):
    return str(uuid.UUID(bytes=raw)) if any(raw) else "-"


def information(folder):
    buffer = bytearray(504)
    fcntl.ioctl(folder, GET_INFORMATION, buffer)
    number, _, top, _, generation, flags, own, parent, received, _, created_in, _, _, *times = INFORMATION.unpack(buffer)
    _, _, created, _, _, _, arrived, _ = times
    return {
        "id": number,
        "top": top,
        "generation": generation,
        "createdIn": created_in,
        "readonly": bool(flags & READ_ONLY),
        "uuid": identity(own),
        "parent": identity(parent),
        "received": identity(received),
        "createdAt": created,
        "receivedAt": arrived,
    }


def below(folder, path):
    """Subvolumes in ordinary folders, and no deeper: a subvolume in a subvolume cannot be received."""
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    for name in names:
        inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            if os.fstat(inner).st_ino == SUBVOLUME_INODE:
                yield [*path, name], information(inner)
            else:
                yield from below(inner, [*path, name])
        finally:
            os.close(inner)


def belongs(form, node):
    if form == "list-readonly":
        return node["readonly"]
    return form != "leftovers" or (not node["readonly"] and node["received"] == "-")


def line(form, path, node):
    if form in ("leftovers", "numbers"):
        return node["id"]
    if form == "json":
        return json.dumps({"path": path, **node})
    if form == "list-readonly":
        return f"ID {node['id']} gen {node['generation']} top level {node['top']} path {path}"
    return (
        f"ID {node['id']} gen {node['generation']} cgen {node['createdIn']} top level {node['top']}"
        f" parent_uuid {node['parent']:<36} received_uuid {node['received']:<36} uuid {node['uuid']} path {path}"
    )


def subvolumes(root, shown):
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    own = information(top)
    if shown is not None:
        # As if it hung in the volume itself: what is above it is not the client's business.
        yield shown, {**own, "top": 5}
    for path, node in below(top, []):
        nameable = all(map(NAMEABLE.fullmatch, path))
        if shown is None:
            yield "/".join(path), {**node, "nameable": nameable}
        elif nameable:
            yield "/".join([shown, *path]), {**node, "top": own["id"]}


form, root, shown = [*sys.argv[1:], None][:3]
for path, node in subvolumes(root, shown):
    if belongs(form, node):
        print(line(form, path, node))
