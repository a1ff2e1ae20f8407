#!/usr/bin/env bats
# Promise: Debian's btrbk, unmodified, backs up to the target over ssh, fetches back, keeps house and survives a cut, with
# and without its sudo backend; what comes back is what was there, byte for byte.

setup_file() {
  load fixture/target.bash
  target_start
  device_make alpha 1
}

teardown_file() {
  load fixture/target.bash
  target_stop
}

setup() {
  load fixture/target.bash
  home=$volume/backups/alpha
}

# same_everywhere: each backup on the target is what the laptop's snapshot of that name is.
same_everywhere() {
  local name count=0
  for name in $(names "$home"); do
    diff <(contents "$laptop/alpha/snapshots/$name") <(contents "$home/$name")
    count=$((count + 1))
  done
  ((count > 0))
}

# verbs <device>: what was allowed, each once.
verbs() {
  log_of "$1" | grep -F '"decision":"accepted"' | sed 's/.*"verb":"\([a-z-]*\)".*/\1/' | sort -u
}

refusals() {
  log_of "$1" | grep -cF '"decision":"refused"' || true
}

@test "a full backup and an incremental one, the same bytes on both sides" {
  work alpha 1
  btrbk_of alpha run
  work alpha 2
  sleep 1.1
  btrbk_of alpha run
  [ "$(names "$home" | wc -l)" -eq 2 ]
  same_everywhere
  # The second was sent as what changed: the target knows its parent.
  run asks alpha "btrfs subvolume show '$home/$(newest "$home")'"
  [[ $output =~ "Parent UUID: "[[:space:]]+[0-9a-f]{8}- ]]
  [ "$(refusals alpha)" -eq 0 ]
}

@test "the same with the sudo backend, compression, and a buffer with a limit on the far side" {
  device_configure alpha 1 "backend_remote btrfs-progs-sudo" "stream_compress zstd" "stream_compress_level 3" \
    "stream_compress_threads 2" "stream_compress_long 27" "stream_buffer_remote 16m" "rate_limit_remote 200m"
  work alpha 3
  sleep 1.1
  btrbk_of alpha run
  [ "$(names "$home" | wc -l)" -eq 3 ]
  same_everywhere
  log_of alpha | grep -F "zstd -d -c -T2 --long=27 | mbuffer -v 1 -q -m 16m -r 200m | sudo -n btrfs receive"
  [ "$(refusals alpha)" -eq 0 ]
}

@test "restore onto a new disk: btrbk archive fetches every backup, in order and incrementally, with either backend" {
  for backend in btrfs-progs btrfs-progs-sudo; do
    device_configure alpha 1 "backend_remote $backend" "stream_compress zstd" "stream_buffer_remote 16m"
    btrbk_of alpha archive "ssh://10.77.1.1$home" "$spare"
    [ "$(names "$spare")" = "$(names "$home")" ]
    for name in $(names "$home"); do
      diff <(contents "$home/$name") <(contents "$spare/$name")
    done
    on_target bash -c 'btrfs subvolume delete "$1"/*' - "$spare"
  done
  log_of alpha | grep -F "btrfs send -p"
  log_of alpha | grep -F "btrfs send '$home" | grep -F "| mbuffer -v 1 -q -m 16m | zstd -c"
  [ "$(refusals alpha)" -eq 0 ]
}

@test "pull: btrbk makes a snapshot of what is on the target and fetches it" {
  on_target btrfs subvolume snapshot "$home/$(newest "$home")" "$home/writable"
  for backend in btrfs-progs btrfs-progs-sudo; do
    printf '%s\n' "timestamp_format long-iso" "ssh_identity /mnt/work/alpha" "ssh_user btrbk" "backend_remote $backend" \
      "volume ssh://10.77.1.1$home" " subvolume writable" "  target $spare" | on_target tee /mnt/work/pull.conf
    sleep 1.1
    on_device alpha btrbk --config=/mnt/work/pull.conf run
    diff <(contents "$home/writable") <(contents "$spare/$(newest "$spare")")
  done
  [ "$(names "$spare" | wc -l)" -eq 2 ]
  on_target bash -c 'btrfs subvolume delete "$1"/writable*' - "$home"
  [ "$(refusals alpha)" -eq 0 ]
}

@test "usage, list, stats, dry run, clean and retention" {
  for backend in btrfs-progs btrfs-progs-sudo; do
    device_configure alpha 1 "backend_remote $backend"
    btrbk_of alpha usage
    btrbk_of alpha list all
    btrbk_of alpha stats
    btrbk_of alpha dryrun
    on_target btrfs subvolume create "$home/data.20200101T000000+0000"
    run btrbk_of alpha clean
    [[ $output == *"--- "*"data.20200101T000000+0000"* ]]
    on_target test ! -e "$home/data.20200101T000000+0000"
  done
  before=$(names "$home" | wc -l)
  device_configure alpha 1 "backend_remote btrfs-progs-sudo"
  on_target sed -i -e 's/^target_preserve_min.*/target_preserve_min latest/' -e 's/^snapshot_preserve_min.*/snapshot_preserve_min latest/' /mnt/work/alpha.conf
  work alpha 4
  sleep 1.1
  btrbk_of alpha run
  [ "$before" -gt 1 ]
  [ "$(names "$home" | wc -l)" -eq 1 ]
  same_everywhere
  [ "$(refusals alpha)" -eq 0 ]
}

@test "every form was asked for, each was accepted, and each decision is one line" {
  diff <(verbs alpha) <(printf '%s\n' delete list list-readonly mountinfo readlink receive send show show-top snapshot usage | sort)
  while IFS= read -r line; do
    [ "$(jq -r .event <<<"$line")" = btrbk-ssh ]
  done < <(log_of alpha | head -n 20)
  [ "$(log_of alpha | grep -c sudo)" -gt 10 ]
}
