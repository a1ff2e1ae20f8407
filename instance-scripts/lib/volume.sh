# shellcheck shell=bash
# The volume that outlives the machine: found by its id, formatted only when it is blank, mounted by its UUID. What is on
# it may be the only copy of something.

volume_point=/backup_volume
# nosuid, nodev and noexec: what is received may hold anything.
volume_options=compress=zstd:3,noatime,nosuid,nodev,noexec

volume_prepare() {
  local device
  [[ $MOONBASE_VOLUME =~ ^vol-[0-9a-f]{8,17}$ ]] || die "the invitation names no volume"
  state_write volume "$MOONBASE_VOLUME"
  if body_is_process; then
    log info left-out what "volume $MOONBASE_VOLUME at $volume_point" because "the body is a process"
    return 0
  fi
  if volume_is_mounted; then
    log info volume-mounted-already
  else
    device=$(volume_await "$MOONBASE_VOLUME")
    volume_format "$device"
    volume_mount "$device"
  fi
  # It may have been grown while no machine was up.
  volume_fill
  install -d -m 755 "$(body_path "$volume_point")/backups"
}

# volume_await <volume id>: its device, by the serial number that EBS gives it. The control plane has attached it before
# it told this machine anything.
volume_await() {
  local link=${MOONBASE_DEVICE_LINKS:-/dev/disk/by-id}/nvme-Amazon_Elastic_Block_Store_${1/-/} device
  while :; do
    device=$(readlink -f "$link" || true)
    if [[ -b $device ]]; then break; fi
    if clock_is_over; then die "volume $1 did not appear as $link"; fi
    sleep "${MOONBASE_POLL_SECONDS:-1}"
  done
  log info volume-found volume "$1" device "$device"
  printf '%s' "$device"
}

# volume_format <device>: a file system where there is nothing at all. Dies when there is something else than btrfs, or
# when nobody can tell.
volume_format() {
  local found status=0 signatures
  found=$(blkid --probe --output export "$1" 2>/dev/null) || status=$?
  if ((status == 0)) && [[ $'\n'$found$'\n' == *$'\nTYPE=btrfs\n'* ]]; then
    log info volume-has-btrfs device "$1"
    return 0
  fi
  signatures=$(wipefs --no-act --noheadings --output TYPE "$1" | paste -sd ' ') || signatures=unknown
  if ((status != 2)) || [[ -n $signatures ]]; then
    die "volume $MOONBASE_VOLUME holds something else than btrfs (${signatures:-nobody can tell what}): nothing was written to it"
  fi
  # Something encrypted has no signature. A new volume reads as zeros.
  cmp --quiet --bytes=$((16 * 1024 * 1024)) "$1" /dev/zero ||
    die "volume $MOONBASE_VOLUME is not blank although nothing is known of what it holds: nothing was written to it"
  log info volume-formatted device "$1"
  # Without --force: mkfs has a look of its own.
  mkfs.btrfs --quiet --label moonbase-backups "$1" >&2
}

# volume_mount <device>: with nofail, so that a machine whose volume is away boots all the same and can be looked at.
volume_mount() {
  local uuid table
  uuid=$(blkid --probe --match-tag UUID --output value "$1") || die "the file system of volume $MOONBASE_VOLUME has no UUID"
  table=$(body_path /etc/fstab)
  if ! grep -qs "^UUID=$uuid " "$table"; then
    printf 'UUID=%s %s btrfs %s,nofail,x-systemd.device-timeout=30s 0 0\n' "$uuid" "$volume_point" "$volume_options" >>"$table"
  fi
  install -d -m 700 "$(body_path "$volume_point")"
  # By the device that was found; the next boot, which has to find it, goes by the UUID.
  mount -t btrfs -o "$volume_options" "$1" "$(body_path "$volume_point")" ||
    die "the file system of volume $MOONBASE_VOLUME cannot be mounted"
  log info volume-mounted uuid "$uuid"
}

# As large as its device, which may grow at any time.
volume_fill() {
  local point device size
  point=$(body_path "$volume_point")
  device=$(findmnt --noheadings --first-only --output SOURCE "$point")
  size=$(blockdev --getsize64 "$device")
  if [[ $(state_read volume-size) == "$size" ]]; then return 0; fi
  btrfs filesystem resize max "$point" >&2
  state_write volume-size "$size"
}

volume_is_mounted() {
  mountpoint --quiet "$(body_path "$volume_point")"
}

# What has been received is on the volume.
volume_sync() {
  btrfs filesystem sync "$(body_path "$volume_point")" >&2
}

# Takes the file system off, and does not believe it before nobody has it: whoever is still writing may have a mount of
# his own, which goes on when this one is gone. Waits for him, and puts everything back when he takes too long.
volume_take_off() {
  local device deadline=$((EPOCHSECONDS + ${MOONBASE_TAKE_OFF_SECONDS:-600})) point
  point=$(body_path "$volume_point")
  device=$(volume_await "$MOONBASE_VOLUME")
  if volume_is_mounted; then
    # It begins anew another time.
    btrfs scrub cancel "$point" >/dev/null 2>&1 || true
    volume_sync
    until umount "$point"; do
      if ((EPOCHSECONDS >= deadline)); then die "somebody still works on volume $MOONBASE_VOLUME"; fi
      sleep "${MOONBASE_POLL_SECONDS:-1}"
    done
  fi
  until volume_is_free "$device"; do
    if ((EPOCHSECONDS >= deadline)); then
      volume_mount "$device"
      die "somebody still writes to volume $MOONBASE_VOLUME"
    fi
    sleep "${MOONBASE_POLL_SECONDS:-1}"
  done
  blockdev --flushbufs "$device"
}

# volume_is_free <device>: the kernel lets nobody have a device for himself that is mounted anywhere, in any namespace.
volume_is_free() {
  python3 -c 'import os, sys; os.close(os.open(sys.argv[1], os.O_RDONLY | os.O_EXCL))' "$1" 2>/dev/null
}
