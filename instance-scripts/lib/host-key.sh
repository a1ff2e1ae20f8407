# shellcheck shell=bash
# What a backup target proves itself with over ssh. The machine is another one in each window, and whoever sends to it has
# pinned one key: it lies on the volume, where root alone can read it.

# host_key_bring: the volume's, or a new one for the volume. Prints it.
host_key_bring() {
  local kept key=/etc/ssh/ssh_host_ed25519_key
  if body_is_process; then
    sshd_host_key
    return 0
  fi
  kept=$(body_path "$volume_point")/host-key
  key=$(body_path "$key")
  install -d -m 700 "$kept" "${key%/*}"
  chmod 755 "${key%/*}"
  if [[ -s $kept/ssh_host_ed25519_key ]]; then
    install -m 600 "$kept/ssh_host_ed25519_key" "$key"
    ssh-keygen -y -f "$key" >"$key.pub"
    log info host-key-of-the-volume
  else
    # Not the image's, which others may have as well.
    rm -f "$key" "$key.pub"
    sshd_host_key >/dev/null
    install -m 600 "$key" "$kept/new"
    mv "$kept/new" "$kept/ssh_host_ed25519_key"
    log info host-key-made
  fi
  sshd_host_key
}
