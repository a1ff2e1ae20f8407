# shellcheck shell=bash

# What the machine proves itself with over ssh: made when it has none yet, and printed.
host_key() {
  local path type key
  path=$(body_path /etc/ssh/ssh_host_ed25519_key)
  if [[ ! -s $path ]]; then
    install -d -m 755 "${path%/*}"
    ssh-keygen -q -t ed25519 -N "" -C "" -f "$path" </dev/null >&2
  fi
  # From the private key, which is the one that sshd will prove.
  read -r type key _ < <(ssh-keygen -y -f "$path")
  [[ $type == ssh-ed25519 && $key =~ ^[A-Za-z0-9+/]+$ ]] || die "the host key cannot be read"
  printf '%s %s' "$type" "$key"
}
