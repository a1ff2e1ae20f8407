# shellcheck shell=bash
# How devices come in: the user btrbk, who can start btrbk-session as root and nothing else, and an sshd that lets in
# nobody else and does nothing but start a key's command. The machine's own way in is Session Manager.

target_user() {
  getent passwd btrbk >/dev/null ||
    useradd --system --home-dir / --no-create-home --shell /bin/sh --password '*' btrbk
}

# Without a terminal of its own, which would put a process between the stream and btrfs. The sudo that is written in Rust
# makes none when there is none, and may not know the word.
target_sudo() {
  local folder rule program=$MOONBASE_HOME/backup-target/btrbk-session
  folder=$(body_path /etc/sudoers.d)
  rule="btrbk ALL=(root) NOPASSWD: $program"
  install -d -m 750 "$folder"
  target_sudo_rule "$folder" "Defaults!$program !use_pty"$'\n'"$rule" || target_sudo_rule "$folder" "$rule" ||
    die "sudo refuses its rules"
}

# target_sudo_rule <folder> <text>
target_sudo_rule() {
  (umask 337 && rm -f "$1/moonbase-btrbk.new" && printf '%s\n' "$2" >"$1/moonbase-btrbk.new")
  body_only_machine "check of sudo's rules" visudo -c -q -f "$1/moonbase-btrbk.new" >&2 || return 1
  mv -f "$1/moonbase-btrbk.new" "$1/moonbase-btrbk"
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
