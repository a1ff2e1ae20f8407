#!/usr/bin/env bats
# Promise: the home is on the instance store where there is one, only what is blank is formatted, and the users have the
# numbers that the backups hold.

setup() {
  load fixture/machine.bash
  load fixture/devbox.bash
  devbox_setup
  rm "$state/home"
  stores=$machine/by-id
  mkdir "$stores"
  export MOONBASE_INSTANCE_STORES="$stores/*Amazon_EC2_NVMe_Instance_Storage*"
  device=""
}

teardown() {
  if [[ -n $device ]]; then losetup --detach "$device"; fi
}

# A loop device stands for the instance store.
store() {
  truncate -s 64M "$machine/store"
  device=$(losetup --find --show "$machine/store")
  ln -s "$device" "$stores/nvme-Amazon_EC2_NVMe_Instance_Storage_AWS1"
}

# in_a_boot <bash>: mounts are gone with the process.
in_a_boot() {
  export -f lib not
  export home state machine
  unshare --mount bash -euo pipefail -c "$1"
}

@test "a blank store is formatted and mounted, and a second boot finds it as it was" {
  store
  in_a_boot 'lib home_prepare
    grep " $MOONBASE_ROOT/home ext4 " /proc/self/mounts >"$machine/mounted"
    mkdir "$home" && echo mine >"$home/mine"
    lib home_prepare
    lib home_is_in_place'
  [[ $(<"$machine/mounted") == "$device "*nosuid,nodev* ]]
  [ "$(<"$state/home")" = instance-store ]
  in_a_boot 'lib home_prepare && [ "$(<"$home/mine")" = mine ]'
  [ "$(grep -c . "$MOONBASE_ROOT/etc/fstab")" -eq 1 ]
  grep -qx 'LABEL=moonbase-home /home ext4 nosuid,nodev,noatime,nofail,.* 0 2' "$MOONBASE_ROOT/etc/fstab"
  findmnt --verify --tab-file "$MOONBASE_ROOT/etc/fstab" | not grep -q '\[E\]'
}

@test "a store that holds something else is left as it is, and the home is on the root volume" {
  store
  mkfs.ext4 -q -L precious "$device"
  before=$(md5sum <"$machine/store")
  in_a_boot 'lib home_prepare'
  [ "$(md5sum <"$machine/store")" = "$before" ]
  [ "$(<"$state/home")" = "root-volume: the instance store $device holds something that is not ours" ]
}

@test "also one with a partition table, or of swap, or raw and unknown to nobody" {
  store
  for make in "printf '\x55\xaa' | dd of=$device bs=1 seek=510 conv=notrunc status=none" "mkswap $device >/dev/null"; do
    bash -c "$make"
    before=$(md5sum <"$machine/store")
    in_a_boot 'lib home_prepare'
    [ "$(md5sum <"$machine/store")" = "$before" ]
    [[ $(<"$state/home") == root-volume:* ]]
  done
}

@test "without a store the home is on the root volume, and that is said" {
  run in_a_boot 'lib home_prepare'
  [ "$status" -eq 0 ]
  [[ $output == *home-on-root-volume*"no instance store"* ]]
  [ ! -e "$MOONBASE_ROOT/etc/fstab" ]
}

# The real programs on a copy of this computer's users.
with_users() {
  export -f lib
  machine_path=$REAL_PATH:/usr/sbin:/sbin:$machine_path
  export machine_path home machine
  unset MOONBASE_ROOT
  unshare --mount bash -euo pipefail -c '
    mkdir "$machine/etc" && cp -a /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/login.defs /etc/nsswitch.conf /etc/pam.d "$machine/etc/"
    mount --bind "$machine/etc" /etc
    for folder in /home /ansible /var/mail; do mkdir -p "$folder"; mount -t tmpfs tmpfs "$folder"; done
    cd "$machine"
    '"$1"
}

@test "the image's user of number 1000 becomes debian, with its home, and ansible is 1001; also a second time" {
  with_users '
    while IFS=: read -r name _ number _; do if ((number >= 1000 && number < 60000)); then userdel "$name"; fi; done < <(cat /etc/passwd)
    groupadd -g 1000 admin && useradd -u 1000 -g 1000 -m admin
    lib users_prepare
    lib users_prepare
    getent passwd >passwd; getent group >group; stat -c "%u:%g %a" /home/debian /ansible >owners; cat /etc/sudoers.d/* >sudoers'
  grep -qx 'debian:x:1000:1000:.*:/home/debian:/bin/bash' "$machine/passwd"
  grep -qx 'debian:x:1000:.*' "$machine/group"
  grep -qx 'ansible:x:1001:1001:.*:/ansible:/bin/bash' "$machine/passwd"
  not grep -q '^admin:' "$machine/passwd"
  [ "$(<"$machine/owners")" = "1000:1000 755"$'\n'"1001:1001 750" ]
  [ "$(wc -l <"$machine/sudoers")" -eq 2 ]
}

@test "a user debian of another number is an error" {
  run with_users '
    while IFS=: read -r name _ number _; do if ((number >= 1000 && number < 60000)); then userdel "$name"; fi; done < <(cat /etc/passwd)
    useradd -u 1000 admin; useradd -u 1005 debian
    lib users_prepare'
  [ "$status" -ne 0 ]
  [[ $output == *"a user debian that is not number 1000"* ]]
}

@test "who may log in: the session's key and the operator's, outside the home; no options, no nonsense" {
  export MOONBASE_PUBLIC_KEY=$public_key
  configure ssh_authorized_keys $'# mine\nssh-ed25519 AAAAC3Nz other@laptop\ncommand="x" ssh-ed25519 AAAA y\nnonsense'
  run lib users_authorize
  [[ $output == *authorized-key-malformed* ]]
  [ "$(<"$MOONBASE_ROOT/etc/ssh/authorized_keys/debian")" = "$public_key"$'\n'"ssh-ed25519 AAAAC3Nz other@laptop" ]
  [ ! -e "$home/.ssh" ]
}

@test "keys of the home are private, and links to elsewhere are not followed" {
  mkdir "$home/.ssh" "$machine/elsewhere"
  touch "$home/.ssh/id" "$machine/elsewhere/file"
  chmod 777 "$home" "$home/.ssh" "$home/.ssh/id" "$machine/elsewhere/file"
  ln -s "$machine/elsewhere" "$home/.gnupg"
  lib users_keep_private "$home"
  [ "$(stat -c %a "$home" "$home/.ssh" "$home/.ssh/id" "$machine/elsewhere/file" | tr '\n' ' ')" = "755 700 700 777 " ]
  commanded "chown -R -h 1000:1000 $home/.ssh"
}
