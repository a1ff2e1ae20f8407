# shellcheck shell=bash
# Where the home is: on the instance store, which is fast and blank at each launch, or else on the root volume. Only what is
# blank is ever formatted.

home_label=moonbase-home

home_prepare() {
  local device=""
  install -d -m 755 "$(body_path /home)"
  if home_is_mounted; then
    log info home-mounted-already
    state_write home instance-store
    return 0
  fi
  # The computer that a process body runs on may have a blank store of its own.
  if ! body_is_process; then device=$(home_store); fi
  if [[ -z $device ]]; then
    home_on_root "this machine has no instance store"
  elif ! home_format "$device"; then
    home_on_root "the instance store $device holds something that is not ours"
  else
    home_mount "$device"
    state_write home instance-store
    log info home-mounted device "$device"
  fi
}

# home_on_root <why>
home_on_root() {
  log warn home-on-root-volume because "$1"
  state_write home "root-volume: $1"
}

# The first one, by the name that udev gives it. Volumes have another name, partitions a suffix.
home_store() {
  local link device
  # A pattern, meant to be one.
  # shellcheck disable=SC2086
  for link in ${MOONBASE_INSTANCE_STORES:-/dev/disk/by-id/*Amazon_EC2_NVMe_Instance_Storage*}; do
    if [[ $link == *-part* || ! -e $link ]]; then continue; fi
    device=$(readlink -f "$link")
    if [[ -b $device ]]; then
      printf '%s' "$device"
      return 0
    fi
  done
}

# home_format <device>: returns 1 when something is on it that is not ours.
home_format() {
  local found status=0
  # Probes the device itself. Two: nothing was found. Everything else is something, or nobody can tell.
  found=$(blkid --probe --output export "$1" 2>/dev/null) || status=$?
  if ((status == 0)) && [[ $'\n'$found$'\n' == *$'\n'LABEL=$home_label$'\n'* ]]; then
    log info home-found-again device "$1"
    return 0
  fi
  if ((status != 2)) || [[ -n $(wipefs --no-act --noheadings "$1" || printf unknown) ]]; then return 1; fi
  log info home-formatted device "$1"
  mkfs.ext4 -q -m 0 -L "$home_label" "$1" >&2
}

# home_mount <device>: by label and with nofail, so that a machine whose store was lost boots all the same.
home_mount() {
  local table flags=nosuid,nodev,noatime
  table=$(body_path /etc/fstab)
  if ! grep -qs "^LABEL=$home_label " "$table"; then
    printf 'LABEL=%s /home ext4 %s,nofail,x-systemd.device-timeout=10s 0 2\n' "$home_label" "$flags" >>"$table"
  fi
  mount -t ext4 -o "$flags" "$1" "$(body_path /home)"
}

home_is_mounted() {
  mountpoint --quiet "$(body_path /home)"
}

# Is this still the home that was restored? After a stop an instance store is blank.
home_is_in_place() {
  if [[ ! -d $(body_path /home/debian) ]]; then return 1; fi
  if [[ $(state_read home) == instance-store ]]; then home_is_mounted; fi
}
