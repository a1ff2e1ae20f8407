#!/usr/bin/env bats
# Promise: what a devbox fetches is made for its Debian and its processor, and the operator's own playbook comes last, run by
# the user ansible.

setup_file() {
  load fixture/machine.bash
  load fixture/devbox.bash
  devbox_storage_start
}

teardown_file() {
  load fixture/devbox.bash
  devbox_storage_stop
}

setup() {
  load fixture/machine.bash
  load fixture/devbox.bash
  devbox_setup
}

# debian <codename>
debian() {
  mkdir -p "$MOONBASE_ROOT/etc"
  printf 'ID=debian\nVERSION_CODENAME=%s\n' "$1" >"$MOONBASE_ROOT/etc/os-release"
}

# program <name> <bash>: stands in for a program of the machine.
program() {
  rm -f "$machine/bin/$1"
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$machine/bin/$1"
  chmod +x "$machine/bin/$1"
}

# object <key> <content>: in the bucket. As a form, which is what curl would call it, the content would be lost.
object() {
  s3 PUT "$1" --header "content-type: application/octet-stream" --data-binary "$2" "${@:3}"
}

tool() {
  PATH=$machine_path run "$scripts/devbox/toolkit/$1"
}

@test "on Debian 12 restic comes from Debian 13, and nothing else does" {
  debian bookworm
  program restic 'echo "restic 0.14.0 compiled with go1.19"'
  run lib restic_install
  grep -qx "Suites: trixie" "$MOONBASE_ROOT/etc/apt/sources.list.d/moonbase-restic.sources"
  grep -qx "Pin-Priority: -1" "$MOONBASE_ROOT/etc/apt/preferences.d/moonbase-restic"
  commanded "apt-get .* install restic"
}

@test "on Debian 13 restic is its own, and nothing is pinned away" {
  debian trixie
  program restic 'echo "restic 0.14.0 compiled with go1.19"'
  run lib restic_install
  [ ! -e "$MOONBASE_ROOT/etc/apt/sources.list.d/moonbase-restic.sources" ]
  [ ! -e "$MOONBASE_ROOT/etc/apt/preferences.d/moonbase-restic" ]
  commanded "apt-get .* install restic"
}

# Tailscale's own server stands for itself nowhere here: curl is asked what it would have fetched.
tailscale_of() {
  debian "$1"
  configure tailscale/client_id k123
  configure tailscale/audience tailscale.com/k123
  program curl "for word; do
    if [[ \$word == https://pkgs.tailscale.com/* ]]; then echo \"\$word\" >>$machine/fetched; exit; fi
  done
  exec $machine_programs/curl \"\$@\""
  rm -f "$machine/bin/tailscale"
  program apt-get "cp $fixture/stand-in-command $machine/bin/tailscale"
  tool tailscale
}

@test "Tailscale is fetched for the Debian that it is" {
  tailscale_of bookworm
  [ "$status" -eq 0 ]
  tailscale_of trixie
  [ "$status" -eq 0 ]
  [ "$(<"$machine/fetched")" = "https://pkgs.tailscale.com/stable/debian/bookworm.noarmor.gpg"$'\n'"https://pkgs.tailscale.com/stable/debian/trixie.noarmor.gpg" ]
  grep -qx 'deb \[signed-by=/usr/share/keyrings/tailscale-archive-keyring.gpg\] https://pkgs.tailscale.com/stable/debian trixie main' \
    "$MOONBASE_ROOT/etc/apt/sources.list.d/tailscale.list"
}

@test "Tailscale on another Debian is an error, before anything is fetched" {
  tailscale_of forky
  [ "$status" -ne 0 ]
  [[ $output == *"fetched for Debian 12 and 13, and this is neither"* ]]
  [ ! -e "$machine/fetched" ]
}

@test "the agent of Session Manager is fetched for the processor that it is" {
  bucket=amazon-ssm-us-east-1
  s3 PUT "" --header "x-amz-acl: public-read"
  for processor in arm64 amd64; do
    object "latest/debian_$processor/amazon-ssm-agent.deb" "for $processor" --header "x-amz-acl: public-read"
    program dpkg "[[ \$* == --print-architecture ]] && echo $processor"
    program apt-get "cat \"\${@: -1}\" >>$machine/installed; echo >>$machine/installed"
    tool session-manager
    [ "$status" -eq 0 ]
  done
  [ "$(<"$machine/installed")" = $'for arm64\nfor amd64' ]
  commanded "systemctl enable --now amazon-ssm-agent.service"
}

@test "an agent that cannot be fetched is an error, and nothing is installed" {
  program dpkg "echo riscv64"
  tool session-manager
  [ "$status" -ne 0 ]
  not commanded "apt-get .*"
}

@test "a playbook in git is pulled by the user ansible, and by nobody else" {
  ln -s "$fixture/stand-in-command" "$machine/bin/runuser"
  ln -s "$fixture/stand-in-command" "$machine/bin/ansible-pull"
  ln -s "$fixture/stand-in-command" "$machine/bin/git"
  configure ansible/source https://example.org/me/box.git
  tool ansible
  [ "$status" -eq 0 ]
  commanded "runuser --user ansible -- env -i --chdir=/ansible HOME=/ansible .* timeout 1800 ansible-pull --url https://example.org/me/box.git --directory /ansible/content --inventory localhost, --connection local local.yml"
  not commanded "(apt-get|ansible-pull) .*"
}

@test "what is neither git nor S3 is an error that does not repeat it" {
  for odd in "https://user:secret@example.org/box.git" "s3://bucket" "s3://bucket/a" "s3://bucket/../" "git@example.org:box" 's3://b/$(id)/'; do
    configure ansible/source "$odd"
    tool ansible
    [ "$status" -ne 0 ]
    [[ $output == *"/devserver/ansible/source is neither the https address"* ]]
    [[ $output != *"$odd"* ]]
  done
  [ -z "$(commands)" ]
}

@test "no playbook is no error" {
  configure ansible/source none
  tool ansible
  [ "$status" -eq 0 ]
  [[ $output == *ansible-not-configured* ]]
}

# with_ansible <bash>: the real ansible-playbook, runuser and AWS CLI, for a user ansible of a copy of this computer's users.
with_ansible() {
  PATH=$REAL_PATH command -v ansible-playbook >/dev/null || { echo "this test needs ansible-playbook (ansible-core)" >&2 && return 1; }
  configure ansible/source "s3://$bucket/boxes/"
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_ENDPOINT_URL_STS=http://127.0.0.1:1
  PATH=$project/.venv/bin:$REAL_PATH:/usr/sbin:/sbin script=$scripts/devbox/toolkit/ansible machine=$machine \
    unshare --mount bash -euo pipefail -c '
    mkdir "$machine/etc.$$" && cp -a /etc/passwd /etc/group /etc/shadow /etc/pam.d "$machine/etc.$$/"
    for file in passwd group shadow; do mount --bind "$machine/etc.$$/$file" "/etc/$file"; done
    mkdir -p /ansible && mount -t tmpfs tmpfs /ansible
    getent passwd 1001 >/dev/null && userdel "$(id -nu 1001)"
    printf "ansible:x:1001:\n" >>/etc/group
    printf "ansible:x:1001:1001::/ansible:/bin/bash\n" >>/etc/passwd
    printf "ansible:!:20000::::::\n" >>/etc/shadow
    chown 1001:1001 /ansible
    '"$1"
}

playbook='- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.shell: printf "%s %s %s" "$(id -u)" "$HOME" "$(cat {{ playbook_dir }}/files/word)" > /ansible/proof
    - ansible.builtin.copy: {src: files/word, dest: /ansible/copy, mode: "0600"}'

@test "a playbook in S3 is run by the user ansible, with all that lies beside it" {
  object boxes/local.yml "$playbook"
  object boxes/files/word "hello"
  object other/word "of somebody else"
  run with_ansible '"$script"; cp /ansible/proof "$machine/proof"; stat -c "%u %a" /ansible/copy >"$machine/owner"; find /ansible/content -type f >"$machine/files"'
  [ "$status" -eq 0 ]
  [ "$(<"$machine/proof")" = "1001 /ansible hello" ]
  [ "$(<"$machine/owner")" = "1001 600" ]
  [ "$(sort "$machine/files")" = $'/ansible/content/files/word\n/ansible/content/local.yml' ]
}

@test "what is gone from S3 is gone from the box, and a playbook that fails is said" {
  object boxes/local.yml "$playbook"
  object boxes/files/word "hello"
  run with_ansible '"$script"; curl --silent --noproxy "*" --aws-sigv4 aws:amz:us-east-1:s3 --user a:b --request DELETE "'"$storage/$bucket"'/boxes/files/word"
    status=0; "$script" || status=$?; [ ! -e /ansible/content/files/word ]; exit "$status"'
  [ "$status" -ne 0 ]
  [[ $output == *"FAILED!"* ]]
}

@test "a prefix without a playbook is an error that names the prefix" {
  object boxes/readme "nothing"
  run with_ansible '"$script"'
  [ "$status" -ne 0 ]
  [[ $output == *"there is no local.yml at s3://$bucket/boxes/"* ]]
}
