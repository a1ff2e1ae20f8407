# shellcheck shell=bash
# Once for all files: the programs that the scripts find, and the server behind the stand-ins.

# The scripts' whole PATH: what is not here they cannot start, so that nothing of this computer is touched.
collect_programs() {
  local name folder=$BATS_SUITE_TMPDIR/programs
  local real=(env bash sh curl python3 ssh-keygen sha256sum tar gzip timeout install mv cp cat sleep mktemp rm mkdir chmod cut pgrep flock)
  # A Python started directly: a version manager's shim in its place costs a tenth of a second a start.
  REAL_PATH=$(python3 -c 'import os, sys; print(os.path.dirname(sys.executable))'):$PATH
  mkdir "$folder"
  for name in "${real[@]}"; do
    ln -s "$(PATH=$REAL_PATH command -v "$name")" "$folder/$name"
  done
  for name in systemctl poweroff apt-get snap chown sshd getent wall; do
    ln -s "$fixture/stand-in-command" "$folder/$name"
  done
  export REAL_PATH machine_programs=$folder
}

start_server() {
  local port_file=$BATS_SUITE_TMPDIR/port log=$BATS_SUITE_TMPDIR/server.log
  "$fixture/../../../node_modules/.bin/node" "$fixture/server.ts" "$port_file" >"$log" 2>&1 3>&- &
  server_process=$!
  until [[ -s $port_file ]]; do
    kill -0 "$server_process" || { cat "$log" && return 1; }
    sleep 0.02
  done
  stand_in_server=http://127.0.0.1:$(<"$port_file")
  export stand_in_server server_process
}

setup_suite() {
  fixture=$(cd "${BASH_SOURCE[0]%/*}/fixture" && pwd)
  collect_programs
  start_server
}

teardown_suite() {
  kill "$server_process"
}
