# shellcheck shell=bash
# The way into a machine over ssh: what it proves itself with, whom it lets in, and how.

# What the machine proves itself with over ssh: made when it has none yet, and printed.
sshd_host_key() {
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

# The given key and no other. Without one the way in is Session Manager, and no key file is left behind.
sshd_authorize() {
  local home directory
  home=$(body_home_of "$MOONBASE_USER")
  directory=$home/.ssh
  if [[ -z $MOONBASE_PUBLIC_KEY ]]; then
    rm -f "$directory/authorized_keys"
    log info no-public-key
    return 0
  fi
  install -d -m 700 "$directory"
  (umask 077 && printf '%s\n' "$MOONBASE_PUBLIC_KEY" >"$directory/authorized_keys.new")
  mv "$directory/authorized_keys.new" "$directory/authorized_keys"
  body_only_machine "owner of $directory" chown -R "$MOONBASE_USER:" "$directory"
  log info key-authorized user "$MOONBASE_USER"
}

# sshd_harden <files of authorized keys>
#
# Named 00-, because sshd keeps the first value it reads, and the image's own drop-ins follow.
sshd_harden() {
  local path
  path=$(body_path /etc/ssh/sshd_config.d/00-moonbase.conf)
  install -d -m 755 "${path%/*}"
  cat >"$path" <<END
AuthenticationMethods publickey
AuthorizedKeysFile $1
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
AllowUsers $MOONBASE_USER
ClientAliveInterval 30
ClientAliveCountMax 4
END
  # Made by ssh.service when it starts; the check needs it earlier.
  body_only_machine "directory for sshd" install -d -m 755 "$(body_path /run/sshd)"
  body_only_machine "check of sshd's configuration" sshd -t || die "sshd refuses its configuration"
  # Ubuntu LTS starts ssh by its socket: a service that does not run yet reads the file when it does.
  body_only_machine "reload of ssh.service" systemctl try-reload-or-restart ssh.service
}
