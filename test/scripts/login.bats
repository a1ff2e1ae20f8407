#!/usr/bin/env bats
# Promise: a login over ssh lands in one tmux session that outlives the connection; everything that is no login on a
# terminal works as without tmux. With the real sshd, ssh and tmux, as whoever runs the tests.

setup() {
  load fixture/machine.bash
  machine_setup
  logins=()
  for program in ssh sftp scp tmux; do
    PATH=$REAL_PATH command -v "$program" || { echo "this test needs $program (openssh-client, tmux)" >&2 && return 1; }
  done
  user=$(id -un) home=$machine/home
  mkdir -p "$home" "$machine/tmux"
  ssh-keygen -q -t ed25519 -N "" -C "it's me" -f "$machine/key"
  public_key=$(<"$machine/key.pub")
  invite
  bootstrap 2>/dev/null
  # A login shell reads /etc/profile, which belongs to this computer; the user's own profile takes its place.
  printf '. %q\n' "$MOONBASE_ROOT/etc/profile.d/moonbase-tmux.sh" >"$home/.bash_profile"
  start_sshd
}

teardown() {
  TMUX_TMPDIR=$machine/tmux tmux kill-server 2>/dev/null || true
  if ((${#logins[@]} > 0)); then kill "${logins[@]}" 2>/dev/null || true; fi
  if [[ -s $machine/sshd.pid ]]; then kill "$(<"$machine/sshd.pid")"; fi
}

# The shipped key file and host key; the port, the user and the home are the test's.
start_sshd() {
  local try
  for try in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    cat >"$machine/sshd.conf" <<END
ListenAddress 127.0.0.1:$port
HostKey $MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key
AuthorizedKeysFile $MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys
AuthenticationMethods publickey
StrictModes no
PidFile $machine/sshd.pid
UsePAM no
Subsystem sftp internal-sftp
SetEnv HOME=$home TMUX_TMPDIR=$machine/tmux SHELL=/bin/bash
END
    real_sshd -D -e -f "$machine/sshd.conf" 2>"$machine/sshd.log" 3>&- &
    sshd_process=$!
    for ((wait = 0; wait < 50; wait++)); do
      if [[ -s $machine/sshd.pid ]]; then return 0; fi
      kill -0 "$sshd_process" 2>/dev/null || break
      sleep 0.05
    done
  done
  cat "$machine/sshd.log"
  return 1
}

ssh_options() {
  printf '%s\n' -F /dev/null -i "$machine/key" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR \
    -o "UserKnownHostsFile=$machine/known_hosts" -o BatchMode=yes
}

remote() {
  local options
  mapfile -t options < <(ssh_options)
  ssh "${options[@]}" -p "$port" "$@"
}

# A login on a terminal, in the background, that types nothing: its standard input stays open and empty.
login() {
  local options
  mapfile -t options < <(ssh_options)
  mkfifo "$1"
  sleep 30 >"$1" 3>&- &
  logins+=($!)
  TERM=xterm ssh "${options[@]}" -tt -p "$port" "$user@127.0.0.1" <"$1" >/dev/null 2>&1 3>&- &
  login_process=$!
  logins+=("$login_process")
}

in_tmux() {
  TMUX_TMPDIR=$machine/tmux tmux "$@"
}

# until_true <command>...: within five seconds.
until_true() {
  local try
  for ((try = 0; try < 100; try++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.05
  done
  return 1
}

shows() {
  in_tmux capture-pane -p -t moonbase | grep -q "$1"
}

clients_are() {
  [[ $(in_tmux list-clients -t moonbase | wc -l) -eq $1 ]]
}

@test "a dropped connection leaves the session, and the next login is in it again" {
  login "$machine/first"
  until_true clients_are 1
  in_tmux send-keys -t moonbase 'marker=survived' Enter
  kill -KILL "$login_process"
  until_true clients_are 0
  in_tmux has-session -t moonbase
  login "$machine/second"
  until_true clients_are 1
  in_tmux send-keys -t moonbase 'echo it-$marker' Enter
  until_true shows it-survived
  [ "$(in_tmux list-sessions | wc -l)" -eq 1 ]
}

@test "commands, scp and sftp do not meet tmux" {
  run remote "$user@127.0.0.1" 'echo plain; exit 7'
  [ "$status" -eq 7 ]
  [ "$output" = plain ]
  run remote "$user@127.0.0.1" 'bash -lc "echo in-a-login-shell"'
  [ "$output" = in-a-login-shell ]
  run remote "$user@127.0.0.1" 'bash -lic "echo interactive-without-a-terminal" 2>/dev/null'
  [ "$output" = interactive-without-a-terminal ]
  echo content >"$machine/file"
  mapfile -t options < <(ssh_options)
  scp "${options[@]}" -P "$port" "$machine/file" "$user@127.0.0.1:$machine/by-sftp"
  scp -O "${options[@]}" -P "$port" "$machine/file" "$user@127.0.0.1:$machine/by-scp"
  printf 'put %s %s\n' "$machine/file" "$machine/by-batch" | sftp "${options[@]}" -P "$port" -b - "$user@127.0.0.1"
  cmp "$machine/file" "$machine/by-sftp"
  cmp "$machine/file" "$machine/by-scp"
  cmp "$machine/file" "$machine/by-batch"
  run remote -tt "$user@127.0.0.1" 'echo on-a-terminal'
  [[ $output == on-a-terminal* ]]
  not in_tmux has-session -t moonbase
}

@test "a tmux that cannot start does not lock anybody out" {
  printf 'tmux() { return 1; }\n. %q\necho still-here\n' "$MOONBASE_ROOT/etc/profile.d/moonbase-tmux.sh" >"$home/.bash_profile"
  output=$(printf 'echo typed-$((40 + 2))\nexit\n' | remote -tt "$user@127.0.0.1")
  [[ $output == *still-here*typed-42* ]]
}

@test "another key is not let in" {
  ssh-keygen -q -t ed25519 -N "" -f "$machine/other"
  run ssh -F /dev/null -i "$machine/other" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o BatchMode=yes \
    -o "UserKnownHostsFile=$machine/known_hosts" -p "$port" "$user@127.0.0.1" true
  [ "$status" -eq 255 ]
  [[ $output == *"Permission denied"* ]]
}
