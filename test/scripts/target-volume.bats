#!/usr/bin/env bats
# Promise: the volume that outlives the machine is formatted only when it is blank, mounted by its UUID, as large as it
# is, and taken off before its machine ends, with nobody at work on it.

setup() {
  load fixture/machine.bash
  machine_setup
  PATH=$REAL_PATH:/usr/sbin:/sbin command -v mkfs.btrfs >/dev/null || skip "a volume of its own needs mkfs.btrfs"
  export scripts MOONBASE_HOME=$scripts MOONBASE_INSTANCE_ID=$instance MOONBASE_FAILURE_FILE=$machine/failure
  export MOONBASE_VOLUME=vol-0123456789abcdef0 MOONBASE_DEVICE_LINKS=$machine/by-id MOONBASE_DEADLINE=$((EPOCHSECONDS + 5))
  export PATH=$REAL_PATH:/usr/sbin:/sbin point=$MOONBASE_ROOT/backup_volume machine
  mkdir -p "$machine/by-id" "$MOONBASE_ROOT/etc" "$MOONBASE_ROOT/var/lib/moonbase/$instance"
  # A loop device stands for the attached volume.
  truncate -s 256M "$machine/volume"
  device=$(losetup --find --show "$machine/volume")
  export device
  ln -s "$device" "$machine/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0"
}

teardown() {
  if [[ -n ${device:-} ]]; then losetup --detach "$device"; fi
}

# lib <function> <argument>...: of the volume's library, in a process of its own.
lib() {
  bash -c 'set -euo pipefail; source "$MOONBASE_HOME/lib/step.sh"; source "$MOONBASE_HOME/lib/state.sh"
    source "$MOONBASE_HOME/lib/volume.sh"; "$@"' lib "$@"
}

# in_a_boot <bash>: mounts are gone with the process.
in_a_boot() {
  export -f lib not
  unshare --mount bash -euo pipefail -c "$1"
}

# What is on the device.
sum() { md5sum <"$machine/volume"; }

@test "a blank volume is formatted and mounted by its UUID, compressed, and a second boot finds it as it was" {
  in_a_boot 'lib volume_prepare
    grep " $point btrfs " /proc/self/mounts >"$machine/mounted"
    echo precious >"$point/backups/file"
    lib volume_prepare
    blkid --probe --match-tag UUID --output value "$device" >"$machine/uuid"'
  grep -q "compress=zstd:3" "$machine/mounted"
  grep -q "nosuid,nodev" "$machine/mounted"
  in_a_boot 'lib volume_prepare && [ "$(<"$point/backups/file")" = precious ]'
  [ "$(grep -c . "$MOONBASE_ROOT/etc/fstab")" -eq 1 ]
  grep -q "^UUID=$(<"$machine/uuid") /backup_volume btrfs compress=zstd:3,.*,nofail," "$MOONBASE_ROOT/etc/fstab"
  # It complains that the folder is not there, which is below another root here.
  run findmnt --verify --tab-file "$MOONBASE_ROOT/etc/fstab"
  [[ $output == *"0 parse errors"* ]]
}

@test "a volume that has btrfs already is adopted with all that is on it" {
  mkfs.btrfs --quiet --label theirs "$device"
  in_a_boot 'mkdir "$point" && mount "$device" "$point" && echo precious >"$point/file"'
  in_a_boot 'lib volume_prepare && [ "$(<"$point/file")" = precious ] && [ -d "$point/backups" ]'
  [ "$(btrfs filesystem label "$device")" = theirs ]
}

@test "one with any other signature is left as it is, loudly" {
  local make before
  for make in "mkfs.ext4 -q $device" "mkswap $device" "printf '\x55\xaa' | dd of=$device bs=1 seek=510 conv=notrunc" \
    "printf 'LUKS\xba\xbe\x00\x02' | dd of=$device conv=notrunc"; do
    truncate -s 0 "$machine/volume"
    truncate -s 256M "$machine/volume"
    bash -c "$make" >/dev/null 2>&1
    before=$(sum)
    run in_a_boot 'lib volume_prepare'
    [ "$status" -ne 0 ]
    [ "$(sum)" = "$before" ]
    [[ $(<"$MOONBASE_FAILURE_FILE") == *"nothing was written to it" ]]
    [ ! -e "$MOONBASE_ROOT/etc/fstab" ]
  done
}

@test "nor is one that bears no signature and is not blank" {
  local before offset
  for offset in 0 4096 10485760; do
    truncate -s 0 "$machine/volume"
    truncate -s 256M "$machine/volume"
    printf 'nobody knows me' | dd of="$device" bs=1 seek="$offset" conv=notrunc status=none
    sync "$device"
    before=$(sum)
    run in_a_boot 'lib volume_prepare'
    [ "$status" -ne 0 ]
    [ "$(sum)" = "$before" ]
    [[ $(<"$MOONBASE_FAILURE_FILE") == *"is not blank"* ]]
  done
}

@test "a volume that was grown while it was off is as large at the next boot" {
  in_a_boot 'lib volume_prepare'
  truncate -s 512M "$machine/volume"
  losetup --set-capacity "$device"
  in_a_boot 'lib volume_prepare && df --block-size=1M --output=size "$point" | tail -n 1 >"$machine/size"'
  [ "$(tr -d ' ' <"$machine/size")" -eq 512 ]
}

@test "one that does not appear is waited for until the deadline, and named" {
  rm "$machine/by-id/"*
  MOONBASE_DEADLINE=$((EPOCHSECONDS + 1)) run in_a_boot 'lib volume_prepare'
  [ "$status" -ne 0 ]
  [[ $(<"$MOONBASE_FAILURE_FILE") == "volume vol-0123456789abcdef0 did not appear as"* ]]
}

@test "without a volume in the invitation nothing is mounted" {
  MOONBASE_VOLUME="" run in_a_boot 'lib volume_prepare'
  [ "$status" -ne 0 ]
  [ "$(<"$MOONBASE_FAILURE_FILE")" = "the invitation names no volume" ]
}

@test "taken off, it is nobody's any more and holds what was written; a second time it still is" {
  in_a_boot 'lib volume_prepare
    echo precious >"$point/backups/file"
    lib volume_take_off
    not mountpoint --quiet "$point"
    lib volume_is_free "$device"
    lib volume_take_off' 2>"$machine/log" || { cat "$machine/log" && false; }
  in_a_boot 'lib volume_prepare && [ "$(<"$point/backups/file")" = precious ]'
}

@test "somebody who has a mount of his own is waited for; when he takes too long everything is as it was" {
  run in_a_boot 'lib volume_prepare
    unshare --mount sleep 60 &
    writer=$!
    until [[ $(readlink "/proc/$writer/ns/mnt") != $(readlink /proc/self/ns/mnt) ]]; do sleep 0.05; done
    if MOONBASE_TAKE_OFF_SECONDS=1 lib volume_take_off; then exit 9; fi
    mountpoint --quiet "$point"
    [ "$(<"$MOONBASE_FAILURE_FILE")" = "somebody still writes to volume $MOONBASE_VOLUME" ]
    (sleep 0.5 && kill "$writer") &
    lib volume_take_off
    not mountpoint --quiet "$point"'
  [ "$status" -eq 0 ]
}

@test "so is somebody who works in it" {
  run in_a_boot 'lib volume_prepare
    (cd "$point/backups" && exec sleep 60) &
    worker=$!
    until [[ $(readlink "/proc/$worker/cwd") == */backups ]]; do sleep 0.05; done
    if MOONBASE_TAKE_OFF_SECONDS=1 lib volume_take_off; then exit 9; fi
    mountpoint --quiet "$point"
    kill "$worker"
    wait "$worker" || true
    lib volume_take_off'
  [ "$status" -eq 0 ]
}

@test "the next machine proves itself with the same host key, and nobody but root can read it" {
  bring() {
    bash -c 'set -euo pipefail; source "$MOONBASE_HOME/lib/step.sh"; source "$MOONBASE_HOME/lib/state.sh"
      source "$MOONBASE_HOME/lib/volume.sh"; source "$MOONBASE_HOME/lib/sshd.sh"; source "$MOONBASE_HOME/lib/host-key.sh"; host_key_bring'
  }
  export -f bring
  mkdir -p "$MOONBASE_ROOT/etc/ssh"
  ssh-keygen -q -t ed25519 -N "" -f "$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key"
  image=$(cut -d ' ' -f 1,2 "$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key.pub")
  in_a_boot 'lib volume_prepare && bring >"$machine/first" && stat --format %a "$point/host-key" >"$machine/mode"'
  rm -r "$MOONBASE_ROOT/etc/ssh"
  in_a_boot 'lib volume_prepare && bring >"$machine/second"'
  [ "$(<"$machine/first")" = "$(<"$machine/second")" ]
  [ "$(<"$machine/first")" != "$image" ]
  [ "$(<"$machine/mode")" = 700 ]
  [ "$(cut -d ' ' -f 1,2 "$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key.pub")" = "$(<"$machine/first")" ]
}

@test "the registry's devices are on the volume: subvolume, quota and a key that can do one thing; revoked, the backups stay" {
  export MOONBASE_STAGE=moonbase MOONBASE_BACKUP_VOLUME=/backup_volume
  for key in "$public_key" ""; do
    python3 - "$key" >"$machine/registry-${key:+with-}key.json" <<'END'
import json, sys
device = {"name": "laptop", "publicKey": sys.argv[1] or None, "appendOnly": True, "quotaGiB": 1}
print(json.dumps({"/moonbase/backup-target/devices/laptop": json.dumps(device)}))
END
  done
  export service
  run in_a_boot 'lib volume_prepare
    cp "$machine/registry-with-key.json" "$service/parameters.json"
    "$scripts/backup-target/devices" once
    [ "$(stat --format %i "$point/backups/laptop")" = 256 ]
    grep -q "^restrict,command=\".*--root $point/backups/laptop .*--allow send\" ssh-ed25519 " "$MOONBASE_ROOT/etc/ssh/authorized_keys/btrbk"
    echo precious >"$point/backups/laptop/file"
    lib volume_take_off
    # Another machine, which remembers nothing, with the same volume.
    rm -r "$MOONBASE_ROOT/etc/ssh" "$MOONBASE_ROOT/var/lib/moonbase/"*
    mkdir -p "$MOONBASE_ROOT/var/lib/moonbase/$MOONBASE_INSTANCE_ID"
    lib volume_prepare
    "$scripts/backup-target/devices" once
    grep -q "backups/laptop" "$MOONBASE_ROOT/etc/ssh/authorized_keys/btrbk"
    cp "$machine/registry-key.json" "$service/parameters.json"
    "$scripts/backup-target/devices" once
    not grep -q . "$MOONBASE_ROOT/etc/ssh/authorized_keys/btrbk"
    [ "$(<"$point/backups/laptop/file")" = precious ]'
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $(asked PutParameter | head -n 1) == *'/moonbase/backup-target/seen/laptop'* ]]
}

@test "a scrub tells that all is well, and does not read everything again before a month is over" {
  run in_a_boot 'lib volume_prepare
    head -c 1M /dev/urandom >"$point/backups/file"
    "$scripts/backup-target/scrub"
    "$scripts/backup-target/scrub"
    touch --date "31 days ago" "$point/scrubbed"
    "$scripts/backup-target/scrub"'
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(times_asked PutMetricData)" -eq 2 ]
  [[ $(asked PutMetricData | tail -n 1) == *"Namespace=Moonbase&"*"MetricName=ScrubErrors&"*"Value=0&"* ]]
}

@test "what has rotted on the disk is found and told" {
  run in_a_boot 'lib volume_prepare
    head -c 1M /dev/urandom >"$point/backups/file"
    head -c 64 "$point/backups/file" >"$machine/begin"
    sync
    lib volume_take_off
    python3 - "$machine/volume" "$machine/begin" <<END
import sys
with open(sys.argv[1], "r+b") as volume:
    place = volume.read().index(open(sys.argv[2], "rb").read())
    volume.seek(place)
    volume.write(b"rotten")
END
    lib volume_prepare
    "$scripts/backup-target/scrub"'
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $(asked PutMetricData) == *"Value=1&"* ]]
}
