"""Prints the program by which the kernel judges each system call of a sandboxed job (seccomp): btrbk-seccomp.py JOB. Root's
CAP_SYS_ADMIN, which btrfs takes, opens many more doors than btrfs: these are shut. Of the file system's own doors a job
gets those that it needs: receive cannot delete, and nothing can delete by number, which would reach another's.
"""

import os
import struct
import sys

# Numbers of system calls on x86_64 and aarch64; None where there is no such call.
DENIED = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "setns": (308, 268),
    "unshare": (272, 97), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "open_by_handle_at": (304, 265),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "bpf": (321, 280),
    "perf_event_open": (298, 241), "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142), "swapon": (167, 224),
    "swapoff": (168, 225), "sethostname": (170, 161), "setdomainname": (171, 162), "acct": (163, 89),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "iopl": (172, None), "ioperm": (173, None),
    "socket": (41, 198), "io_uring_setup": (425, 425), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "syslog": (103, 116),
}  # fmt: skip
CLONE, CLONE3, IOCTL = (56, 220), (435, 435), (16, 29)
NEW_NAME_SPACES = 0x7E020000
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

# Whether it is a terminal, and closing it with the program.
OF_EVERY_FILE = [0x5401, 0x5451]
# The numbers of btrfs' own calls (include/uapi/linux/btrfs.h).
BTRFS = 0x9400
SEARCH, LOOKUP, FLAGS, ABOUT, SUBVOLUME, FEATURES = 17, 18, 25, 31, 60, 57
LOOK = [SEARCH, LOOKUP, FLAGS, ABOUT, SUBVOLUME, FEATURES]
CREATE, CREATE_V2, SNAPSHOT, SET_FLAGS, SET_RECEIVED, CLONE_RANGE, ENCODED_WRITE, SYNC = 14, 24, 23, 26, 37, 13, 64, 8
SEND, DESTROY, START_SYNC, WAIT_SYNC, ROOT_REFERENCES, LOOKUP_USER = 38, 15, 24, 22, 61, 62
JOBS = {
    "receive": [*LOOK, CREATE, CREATE_V2, SNAPSHOT, SET_FLAGS, SET_RECEIVED, CLONE_RANGE, ENCODED_WRITE, SYNC],
    "send": [*LOOK, SEND],
    "snapshot": [*LOOK, SNAPSHOT],
    "delete": [*LOOK, DESTROY, START_SYNC, WAIT_SYNC],
    "show": [*LOOK, ROOT_REFERENCES, LOOKUP_USER],
    "look": [SUBVOLUME],
}

LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, NOT_PERMITTED, NO_SUCH_CALL = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24


def step(code, value, then=0, otherwise=0):
    return struct.pack("=HBBI", code, then, otherwise, value)


def when(value, *steps):
    """The steps, if what was loaded is the value; the last of them returns."""
    return [step(EQUAL, value, 0, len(steps)), *steps]


def program(job, machine):
    column, architecture = ARCHITECTURES[machine]
    steps = [step(LOAD, ARCHITECTURE), step(EQUAL, architecture, 1), step(RETURN, KILL), step(LOAD, NUMBER)]
    # The second set of numbers that x86_64 has.
    steps += [step(AT_LEAST, 0x40000000, 0, 1), step(RETURN, KILL)]
    for numbers in DENIED.values():
        if numbers[column] is not None:
            steps += when(numbers[column], step(RETURN, NOT_PERMITTED))
    # Its flags are in memory, where no filter sees them; libraries fall back to clone.
    steps += when(CLONE3[column], step(RETURN, NO_SUCH_CALL))
    spaces = [step(LOAD, FIRST), step(ANY_BIT, NEW_NAME_SPACES, 0, 1), step(RETURN, NOT_PERMITTED), step(RETURN, ALLOW)]
    steps += when(CLONE[column], *spaces)
    calls = [step(LOAD, SECOND), step(AND, 0xFFFF)]
    for call in [*OF_EVERY_FILE, *(BTRFS | call for call in JOBS.get(job, []))]:
        calls += when(call, step(RETURN, ALLOW))
    steps += when(IOCTL[column], *calls, step(RETURN, NOT_PERMITTED))
    return b"".join([*steps, step(RETURN, ALLOW)])


if __name__ == "__main__":
    sys.stdout.buffer.write(program(sys.argv[1], os.uname().machine))
