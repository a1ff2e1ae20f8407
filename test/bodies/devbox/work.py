"""Work in a home: everything that a file system can hold and a careless copy loses."""
import os
import sys

home = os.path.expanduser("~")
os.chdir(home)


def write(name, content, mode=0o644, seconds=1_700_000_000.123456789):
    with open(name, "wb") as file:
        file.write(content)
    os.chmod(name, mode)
    nanoseconds = int(seconds) * 10**9 + 123_456_789
    os.utime(name, ns=(nanoseconds, nanoseconds))


os.makedirs("projects/deep/er", exist_ok=True)
os.makedirs("empty", exist_ok=True)
os.makedirs(".ssh", exist_ok=True)
os.chmod(".ssh", 0o700)
write(".ssh/id_ed25519", b"a private key\n", 0o600)
write("projects/script", b"#!/bin/sh\necho hello\n", 0o755)
write("projects/deep/er/random", os.urandom(3_000_000), 0o640)
write("old", b"of the last century\n", 0o400, 700_000_000)
write("set-group", b"", 0o2755)
write("with\nnewline", b"a name of two lines\n")
write("mit Umlaut \u00e4\u00f6\u00fc \u65e5\u672c\u8a9e \U0001f319", b"names\n")
write(b"not \xff\xfe UTF-8", b"bytes\n")
write(" leading, trailing and 'quotes\" ", b"quotes\n")
write("-rf *", b"never expanded\n")
os.symlink("projects/script", "relative-link")
os.symlink("/nowhere/at all", "dangling-link")
write("one", b"one file, three names\n")
os.link("one", "two")
os.link("one", "projects/three")
with open("sparse", "wb") as file:
    file.seek(64 * 2**20)
    file.write(b"the end")
write("attributes", b"attributes\n")
os.setxattr("attributes", "user.moonbase", b"\x00binary\xff")
os.setxattr("empty", "user.folder", b"of a folder")
os.mkfifo("pipe")
os.system("sudo install -o 1234 -g 4321 -m 604 /dev/null somebody-elses")
# Last: what is made in a folder changes its time.
os.utime("projects", ns=(1_600_000_000_000_000_001, 1_600_000_000_000_000_001))
sys.stdout.write("done")
