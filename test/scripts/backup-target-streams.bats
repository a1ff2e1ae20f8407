#!/usr/bin/env bats
# Promise: a device can neither see nor touch what is another's, whatever it asks for and whatever stream it sends. Each
# attack is shown to work on a naive target first: the same btrfs as root, on a mount of the whole volume.

setup_file() {
  load fixture/target.bash
  target_start
  device_make victim 1
  device_make mallory 2
  work victim 1
  btrbk_of victim run
  on_target bash -euc 'mkdir /mnt/naive /mnt/outside && chmod 700 /mnt/outside
    mount "$(findmnt --noheadings --output SOURCE --first-only "$1" | sed "s/\[.*//")" /mnt/naive' - "$volume"
}

teardown_file() {
  load fixture/target.bash
  target_stop
}

setup() {
  load fixture/target.bash
  mine=$volume/backups/mallory theirs=$volume/backups/victim
  snapshot=$(newest "$theirs")
  own_uuid=$(cat /proc/sys/kernel/random/uuid)
}

teardown() {
  on_target bash -c 'for path in "$1"/* "$1"/.[!.]*; do if [[ -e $path ]]; then btrfs subvolume delete "$path"; fi; done; exit 0' - \
    "$mine" >/dev/null 2>&1
}

# fact <name of a line of subvolume show>: of the victim's snapshot.
fact() {
  on_target btrfs subvolume show "$theirs/$snapshot" | sed -n "s/^[[:space:]]*$1:[[:space:]]*//p"
}

stream() {
  python3 "$fixture/stream.py" "$@"
}

# naive <word of a stream>...
naive() {
  stream "$@" | on_target btrfs receive /mnt/naive/backups/mallory
}

# ours <word of a stream>...
ours() {
  stream "$@" | asks mallory "btrfs receive '$mine/'"
}

again() {
  teardown
}

@test "a stream whose parent is another's snapshot" {
  attack=(snapshot path=stolen "uuid=$own_uuid" ctransid=1 "clone_uuid=$(fact "Received UUID")" "clone_ctransid=$(fact "Send transid")" end)
  naive "${attack[@]}"
  on_target cmp "$mine/stolen/folder 1/random" "$theirs/$snapshot/folder 1/random"
  again
  run ours "${attack[@]}"
  [ "$status" -ne 0 ]
  [ "$(names "$mine")" = "" ]
}

@test "a file cloned out of another's snapshot" {
  size=$(on_target stat --format %s "$theirs/$snapshot/folder 1/random")
  length=$((size / 4096 * 4096))
  attack=(subvol path=mine "uuid=$own_uuid" ctransid=1 mkfile path=loot ino=257
    clone path=loot file_offset=0 "clone_len=$length" "clone_uuid=$(fact "Received UUID")" "clone_ctransid=$(fact "Send transid")"
    "clone_path=folder 1/random" clone_offset=0 end)
  naive "${attack[@]}"
  on_target cmp --bytes="$length" "$mine/mine/loot" "$theirs/$snapshot/folder 1/random"
  again
  run ours "${attack[@]}"
  [ "$status" -ne 0 ]
  # btrfs itself would have named it, and would have kept the file without those bytes as a complete backup.
  [[ $output == *"not this device's"* && $output != *victim* ]]
  [ "$(names "$mine")" = "" ]
}

@test "a link that leads out of the subvolume, and a file written through it" {
  attack=(subvol path=mine "uuid=$own_uuid" ctransid=1 symlink path=out ino=257 path_link=/mnt/outside
    mkfile path=out/planted ino=258 write path=out/planted file_offset=0 data=hello end)
  naive "${attack[@]}" || true
  [ "$(on_target find /mnt/outside -type f | wc -l)" -gt 0 ]
  on_target bash -c 'rm -f /mnt/outside/*'
  again
  run ours "${attack[@]}"
  [ "$status" -ne 0 ]
  [ "$(on_target find /mnt/outside -type f | wc -l)" -eq 0 ]
  [ "$(names "$mine")" = "" ]
}

@test "a link into /proc/sys, and a setting of the kernel written through it" {
  attack=(subvol path=mine "uuid=$own_uuid" ctransid=1 symlink path=out ino=257 path_link=/proc/sys/kernel
    write path=out/domainname file_offset=0 data=pwned end)
  on_target sysctl -qw kernel.domainname=good
  naive "${attack[@]}"
  [ "$(on_target cat /proc/sys/kernel/domainname)" = pwned ]
  on_target sysctl -qw kernel.domainname=good
  again
  run ours "${attack[@]}"
  [ "$status" -ne 0 ]
  [[ $output == *"Read-only file system"* ]]
  [ "$(on_target cat /proc/sys/kernel/domainname)" = good ]
}

@test "a subvolume whose path leads to another's folder" {
  for path in ../victim/planted "$theirs/planted" "x/../../victim/planted"; do
    run ours subvol "path=$path" "uuid=$own_uuid" ctransid=1 end
    on_target test ! -e "$theirs/planted"
  done
  [ "$(names "$theirs")" = "$snapshot" ]
}

@test "setuid, a device node and file capabilities arrive as they were sent, and are worth nothing on the volume" {
  device=$(on_target stat --format '%Hr:%Lr' "$(on_target findmnt --noheadings --output SOURCE --first-only "$volume" | sed 's/\[.*//')")
  major=${device%:*} minor=${device#*:}
  attack=(subvol path=mine "uuid=$own_uuid" ctransid=1
    mkfile path=shell ino=257 write path=shell file_offset=0 'data=#!/bin/sh\nid\n' chmod path=shell mode=0o4755
    mknod path=disk ino=258 mode=0o60666 "rdev=$((major << 8 | minor))" chmod path=disk mode=0o666 end)
  ours "${attack[@]}"
  [ "$(on_target stat --format '%a %F' "$mine/mine/shell")" = "4755 regular file" ]
  [[ "$(on_target stat --format '%a %F' "$mine/mine/disk")" == "666 block special file" ]]
  nobody=(setpriv --reuid 65534 --clear-groups --)
  on_target "${nobody[@]}" head -c 1 /mnt/naive/backups/mallory/mine/disk >/dev/null
  not on_target "${nobody[@]}" head -c 1 "$mine/mine/disk"
  not on_target "$mine/mine/shell"
  # And where the stream is received: the sandbox's own mount.
  line=$(asks mallory "cat /proc/self/mountinfo" | grep -F " $mine ")
  [[ $line == *"nosuid,nodev"* ]]
}

@test "a name with a line break cannot put a line into anybody's listing" {
  forged="x\\nID 999 gen 1 cgen 1 top level 5 parent_uuid - received_uuid - uuid $own_uuid path backups"
  attack=(subvol "path=$forged" "uuid=$own_uuid" ctransid=1 end)
  naive "${attack[@]}"
  on_target btrfs subvolume list -a -c -u -q -R "$volume" | grep -q '^ID 999 '
  for device in victim mallory; do
    run asks "$device" "btrfs subvolume list -a -c -u -q -R '$volume'"
    [ "$status" -eq 0 ]
    [[ $output != *999* ]]
  done
}

@test "neither lists, mounts nor refusals name another device" {
  run asks mallory "btrfs subvolume show --rootid=5 '$volume'"
  [[ $output == *"<FS_TREE>"* && $output != *victim* ]]
  run asks mallory "btrfs filesystem usage '$volume'"
  [[ $output == *"Device size:"* && $output != *loop* ]]
  for request in "cat /proc/self/mountinfo" "btrfs subvolume list -a -c -u -q -R '$volume'" "btrfs subvolume list -a -r '$volume'"; do
    run asks mallory "$request"
    [ "$status" -eq 0 ]
    [[ $output != *victim* ]]
  done
  on_target btrfs subvolume list -a "$volume" | grep -q victim
}

@test "nothing of another's can be asked for" {
  for request in "btrfs send '$theirs/$snapshot'" "btrfs send -p '$theirs/$snapshot' '$mine/x'" \
    "btrfs send -c '$theirs/$snapshot' '$mine/x'" "btrfs subvolume delete '$theirs/$snapshot'" \
    "btrfs subvolume snapshot -r '$theirs/$snapshot' '$mine/x'" "btrfs subvolume show '$theirs/$snapshot'" \
    "btrfs receive '$theirs/'" "readlink -v -e '$theirs'" "btrfs subvolume list -a -r '$theirs'"; do
    run asks mallory "$request"
    [ "$status" -eq 255 ]
    [[ $output == *"a path outside the device's own"* ]]
  done
  [ "$(names "$theirs")" = "$snapshot" ]
}

@test "what the filter should have refused still reaches nothing" {
  session=("$scripts/backup-target/btrbk-session" "$mine" "$volume")
  not on_target "${session[@]}" send "path:$theirs/$snapshot"
  not on_target "${session[@]}" delete "path:$theirs/$snapshot"
  not on_target "${session[@]}" snapshot "path:$theirs/$snapshot" "path:$mine/x"
  not on_target "${session[@]}" show "path:$theirs/$snapshot"
  not on_target "${session[@]}" readlink "path:/etc"
  run on_target "${session[@]}" send "path:$mine/x" "filter:sh -c id"
  [[ $output == *"no program that a stream goes through"* ]]
  not on_target "${session[@]}" receive "path:/mnt" </dev/null
  # Nor can it be started for a folder that is no device's.
  not on_target "$scripts/backup-target/btrbk-session" / / mountinfo
  not on_target "$scripts/backup-target/btrbk-session" "$volume/backups" "$volume" mountinfo
  [ "$(names "$theirs")" = "$snapshot" ]
}
