# shellcheck shell=bash
# The devices of a backup target. What is known of each is on the volume, because the machine may be another one
# tomorrow: devices/<name> beside backups/<name>, readable by root alone. The key file of sshd is made from it.

devices_volume() {
  body_path "${MOONBASE_BACKUP_VOLUME:-/backup_volume}"
}

# device_check_name <name>: a name is a folder, a part of a path in a request and of a line in the key file.
device_check_name() {
  [[ ${1:-} =~ ^[a-z0-9][a-z0-9-]{0,30}$ ]] ||
    die "the device's name is '${1:-}': allowed are 1 to 31 small letters, digits and hyphens, and no hyphen at the start"
}

device_home() {
  printf '%s/backups/%s' "$(devices_volume)" "$1"
}

device_record() {
  printf '%s/devices/%s' "$(devices_volume)" "$1"
}

devices_prepare() {
  local volume
  volume=$(devices_volume)
  [[ $(stat --file-system --format %T -- "$volume" 2>/dev/null) == btrfs ]] ||
    die "$volume is no btrfs file system: is the backup volume attached and mounted?"
  # The user btrbk passes through and cannot look around.
  install -d -m 711 "$volume/backups"
  install -d -m 700 "$volume/devices"
}

# device_read <name>: sets device_key, device_append_only (yes or no), device_quota (GiB, or nothing), device_added.
device_read() {
  local name value
  device_key="" device_append_only=no device_quota="" device_added=""
  while IFS='=' read -r name value; do
    case $name in
      key) device_key=$value ;;
      append-only) device_append_only=$value ;;
      quota) device_quota=$value ;;
      added) device_added=$value ;;
    esac
  done <"$(device_record "$1")"
}

# device_write <name>: whole or not at all.
device_write() {
  local path
  path=$(device_record "$1")
  (umask 077 && printf '%s\n' "key=$device_key" "append-only=$device_append_only" "quota=$device_quota" \
    "added=$device_added" >"$path.new")
  mv "$path.new" "$path"
}

# The names of all devices, one a line. A file that is being written has a dot in its name.
devices_names() {
  local path
  for path in "$(devices_volume)"/devices/*; do
    if [[ -f $path && ${path##*/} =~ ^[a-z0-9][a-z0-9-]*$ ]]; then printf '%s\n' "${path##*/}"; fi
  done
}

# devices_authorize: sshd's key file, outside of any home and root's own. A key can start one command, with options
# that are written here and nowhere else.
devices_authorize() {
  local folder name volume allow
  volume=$(devices_volume)
  folder=$(body_path /etc/ssh/authorized_keys)
  install -d -m 755 "$folder"
  while read -r name; do
    device_read "$name"
    if [[ -z $device_key ]]; then continue; fi
    allow=send,delete
    if [[ $device_append_only == yes ]]; then allow=send; fi
    printf 'restrict,command="%s/backup-target/btrbk-ssh --root %s/backups/%s --mount %s --allow %s" %s %s\n' \
      "$MOONBASE_HOME" "$volume" "$name" "$volume" "$allow" "$device_key" "$name"
  done < <(devices_names) >"$folder/btrbk.new"
  chmod 644 "$folder/btrbk.new"
  mv "$folder/btrbk.new" "$folder/btrbk"
}
