# shellcheck shell=bash
# How devices come in: the user btrbk, who can start btrbk-session as root and nothing else, and an sshd that lets in
# nobody else and does nothing but start a key's command. The machine's own way in is Session Manager.

target_user() {
  getent passwd btrbk >/dev/null ||
    useradd --system --home-dir / --no-create-home --shell /bin/sh --password '*' btrbk
}

# Without a terminal of its own: that would put a process between the stream and btrfs.
target_sudo() {
  local folder program=$MOONBASE_HOME/backup-target/btrbk-session
  folder=$(body_path /etc/sudoers.d)
  install -d -m 750 "$folder"
  (umask 337 && printf 'Defaults!%s !use_pty\nbtrbk ALL=(root) NOPASSWD: %s\n' "$program" "$program" >"$folder/moonbase-btrbk.new")
  body_only_machine "check of sudo's rules" visudo --check --quiet --file="$folder/moonbase-btrbk.new" ||
    die "sudo refuses its rules"
  mv -f "$folder/moonbase-btrbk.new" "$folder/moonbase-btrbk"
}

# Twenty devices wake up at the same hour: with the default of ten, sshd would send some of them away.
target_sshd() {
  local path
  path=$(body_path /etc/ssh/sshd_config.d/01-moonbase-backup-target.conf)
  install -d -m 755 "${path%/*}"
  cat >"$path" <<END
DisableForwarding yes
PermitTTY no
PermitTunnel no
PermitUserRC no
PermitUserEnvironment no
UseDNS no
LoginGraceTime 30
MaxStartups 100:30:200
END
  MOONBASE_USER=btrbk sshd_harden "/etc/ssh/authorized_keys/%u"
}
