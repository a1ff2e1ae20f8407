# shellcheck shell=bash
# How much of the volume a device may fill. Simple quotas (Linux 6.7): a new subvolume belongs to the group of the
# folder that it is made in, so what is being received counts from its first byte. The older kind would count it only
# once somebody had put it into the group.

# quota_set <name> <GiB, or nothing for no limit>
quota_set() {
  local home number
  home=$(device_home "$1")
  number=$(quota_number "$home")
  if [[ -z $2 ]]; then
    if [[ -e $(quota_group "$home") ]]; then btrfs qgroup limit none "1/$number" "$home"; fi
    return 0
  fi
  if [[ $(cat "$(quota_folder "$home")/mode" 2>/dev/null) != squota ]]; then
    quota_enable || die "this kernel has no simple quotas of btrfs (Linux 6.7 or newer is needed): the device was not registered"
  fi
  if [[ ! -e $(quota_group "$home") ]]; then
    btrfs qgroup create "1/$number" "$home"
    btrfs qgroup assign "0/$number" "1/$number" "$home"
  fi
  btrfs qgroup limit "$2G" "1/$number" "$home"
}

# quota_used <home>: bytes that count for the device, or nothing.
quota_used() {
  cat "$(quota_group "$1")/referenced" 2>/dev/null || true
}

# quota_make_room <home> <command>...: to delete takes some room too, and a device that has filled its own would never
# get out again.
quota_make_room() {
  local home=$1 group used limit number status=0 room=$((64 << 20))
  shift
  group=$(quota_group "$home")
  used=$(quota_used "$home")
  limit=$(cat "$group/max_referenced" 2>/dev/null || true)
  if ((${limit:-0} == 0 || used + (4 << 20) < limit)); then
    "$@"
    return
  fi
  number=$(quota_number "$home")
  btrfs qgroup limit "$((limit + room))" "1/$number" "$home"
  "$@" || status=$?
  btrfs qgroup limit "$limit" "1/$number" "$home"
  return "$status"
}

quota_number() {
  btrfs inspect-internal rootid "$1"
}

quota_folder() {
  printf '/sys/fs/btrfs/%s/qgroups' "$(findmnt --noheadings --first-only --output UUID --target "$1")"
}

quota_group() {
  printf '%s/1_%s' "$(quota_folder "$1")" "$(quota_number "$1")"
}

# By the kernel's own call, because the command learned --simple later than the kernel.
quota_enable() {
  python3 -I -S - "$(devices_volume)" <<'END'
import fcntl, os, struct, sys
ENABLE_SIMPLE, QUOTA_CONTROL = 4, 0xC0109428
folder = os.open(sys.argv[1], os.O_RDONLY | os.O_DIRECTORY)
try:
    fcntl.ioctl(folder, QUOTA_CONTROL, struct.pack("QQ", ENABLE_SIMPLE, 0))
except OSError as error:
    sys.exit(f"quotas cannot be turned on: {error.strerror}")
END
}
