#!/usr/bin/env bats
# Promise: only the given key opens the machine, and only with a key.

setup() {
  load fixture/machine.bash
  machine_setup
}

mode() {
  stat -c %a "$MOONBASE_ROOT$1"
}

@test "the given key is the only one, and the modes are those sshd insists on" {
  mkdir -p "$MOONBASE_ROOT/home/ubuntu/.ssh"
  echo "ssh-ed25519 AAAAimage image" >"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys"
  chmod 755 "$MOONBASE_ROOT/home/ubuntu/.ssh"
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(<"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys")" = "$public_key" ]
  [ "$(mode /home/ubuntu/.ssh)" = 700 ]
  [ "$(mode /home/ubuntu/.ssh/authorized_keys)" = 600 ]
  [ "$(mode /etc/ssh/ssh_host_ed25519_key)" = 600 ]
  commanded "chown -R ubuntu: $MOONBASE_ROOT/home/ubuntu/.ssh"
}

@test "no public key: no key file, and one from the image is taken away" {
  mkdir -p "$MOONBASE_ROOT/home/ubuntu/.ssh"
  echo "ssh-ed25519 AAAAimage image" >"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys"
  invite publicKey null
  run bootstrap
  [ "$status" -eq 0 ]
  [ ! -e "$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys" ]
}

@test "sshd takes keys only, from this user only, and is told" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  conf=$MOONBASE_ROOT/etc/ssh/sshd_config.d/00-moonbase.conf
  effective=$(real_sshd -T -f "$conf" -h "$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key")
  grep -qx "passwordauthentication no" <<<"$effective"
  grep -qx "kbdinteractiveauthentication no" <<<"$effective"
  grep -qx "permitrootlogin no" <<<"$effective"
  grep -qx "authenticationmethods publickey" <<<"$effective"
  grep -qx "authorizedkeysfile .ssh/authorized_keys" <<<"$effective"
  grep -qx "allowusers ubuntu" <<<"$effective"
  commanded "sshd -t"
  commanded "systemctl try-reload-or-restart ssh.service"
}

@test "a configuration that sshd refuses fails the machine" {
  invite
  STAND_IN_FAILS=sshd run bootstrap
  [ "$status" -ne 0 ]
  [[ $(phases | tail -n 1) == "failed: preparing: sshd refuses its configuration" ]]
}

@test "two keys, or a key with options before it, are refused" {
  for key in "$public_key\\n$public_key" "command=\\\"id\\\" $public_key" "ssh-rsa AAAA x" ""; do
    invite publicKey "\"$key\""
    run bootstrap
    [ "$status" -ne 0 ]
    [[ $(phases | tail -n 1) == "failed: booting: the invitation is malformed: field publicKey"* ]]
    [ ! -e "$MOONBASE_ROOT/home" ]
    printf '%s\n' "$task_token" >"$service/tokens"
  done
}
