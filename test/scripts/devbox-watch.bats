#!/usr/bin/env bats
# Promise: a devbox gets ready with its home, tells whoever logs in how it stands, and asks for its end only when nobody
# and nothing works on it.

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
  load fixture/idle.bash
  devbox_setup
}

teardown() {
  if [[ -n ${holder:-} ]]; then pkill --parent "$holder" || true; fi
  stop_watching
}

boot_devbox() {
  invite blueprint '"devbox"' user '"debian"' toolkit '[]' "$@"
  unset MOONBASE_INSTANCE_ID MOONBASE_REGION MOONBASE_STAGE MOONBASE_SESSION MOONBASE_FAILURE_FILE
  export MOONBASE_INSTANCE_STORES='/nowhere/*' MOONBASE_READY_DEADLINE_SECONDS=60
  own_bundle
  printf '#!/usr/bin/env bash\n' >"$bundle/devbox/extras"
  bootstrap devbox
}

@test "a devbox gets ready with its home, its timers and its services" {
  new_machine
  run boot_devbox
  [ "$status" -eq 0 ]
  [ "$(<"$state/restore")" = none ]
  [ "$(phases | tail -n 1)" = complete ]
  commanded "systemctl enable --now moonbase-backup.timer"
  commanded "systemctl enable --now moonbase-idle.service"
  commanded "systemctl enable --now moonbase-tailnet.timer"
  commanded "systemctl enable --now moonbase-hard-cap.timer"
  units=$MOONBASE_ROOT/etc/systemd/system
  [[ $(<"$units/moonbase-backup.timer") == *"OnCalendar=*:0/10"*"RandomizedDelaySec=60"*"Persistent=true"* ]]
  PATH=$REAL_PATH systemd-analyze verify --man=no --recursive-errors=no "$units"/moonbase-{backup,assertions,tailnet}.{service,timer} "$units/moonbase-idle.service"
  grep -qx "AllowUsers debian" "$MOONBASE_ROOT/etc/ssh/sshd_config.d/00-moonbase.conf"
}

@test "what to restore comes with the invitation, and a failed restore is no failed launch" {
  run boot_devbox restore '"0123456789abcdef"'
  [ "$status" -eq 0 ]
  [ "$(<"$state/restore")" = failed ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  asked SendTaskSuccess | grep -qF '\"restored\":{\"outcome\":\"failed\",\"message\":\"not restored: no snapshot 0123456789abcdef is in the repository\"}'
  [[ $("$scripts/devbox/motd") == *"HOME NOT RESTORED: not restored: no snapshot 0123456789abcdef"*"nothing of it is backed up"* ]]
}

@test "an invitation that wants something odd restored is malformed" {
  run boot_devbox restore '"../../etc"'
  [ "$status" -ne 0 ]
  [[ $output == *"field restore: expected pinned, latest, none or a snapshot's id"* ]]
}

@test "whoever logs in is told of the baseline, the snapshot and the last backup" {
  echo whole >"$state/restore"
  echo "0123456789abcdef" >"$state/restore-snapshot"
  echo cfg-v07 >"$state/restore-config"
  echo "2026-11-20T12:00:00.000Z 89abcdef in 2.1 s" >"$state/backup-line"
  echo "2026-11-19T12:00:00Z fedcba98" >"$state/restore-newest"
  run "$scripts/devbox/motd"
  [[ $output == *"restored, snapshot 01234567 (cfg-v07)"*"last backup: 2026-11-20T12:00:00.000Z 89abcdef in 2.1 s"* ]]
}

@test "a box that has no backup of its own tells of the last one before it, if there was one" {
  echo whole >"$state/restore"
  run "$scripts/devbox/motd"
  grep -qx "  last backup: none of this box yet" <<<"$output"
  echo "2026-11-19T12:00:00Z fedcba98" >"$state/restore-newest"
  run "$scripts/devbox/motd"
  grep -qx "  last backup: none of this box yet; before it 2026-11-19T12:00:00Z fedcba98" <<<"$output"
}

@test "after a boot it is said what is wrong" {
  echo none >"$state/restore"
  chmod 755 "$home" && chown 1000:1000 "$home"
  run env PATH="$machine_path" "$scripts/devbox/assertions"
  [ "$status" -eq 0 ]
  chown 0:0 "$home"
  echo failed >"$state/restore"
  configure tailscale/client_id k1
  touch "$state/equipped"
  run env PATH="$machine_path" "$scripts/devbox/assertions"
  [ "$status" -ne 0 ]
  [ "$(<"$state/assertions")" = "the home belongs to 0:0; the home was not restored; Tailscale is not connected" ]
}

@test "a new box is not blamed for a Tailscale that is still to come" {
  echo none >"$state/restore"
  chown 1000:1000 "$home"
  configure tailscale/client_id k1
  run env PATH="$machine_path" "$scripts/devbox/assertions"
  [ "$status" -eq 0 ]
  [[ $(<"$state/assertions") == "" ]]
}

@test "each boot says what is pinned, what was restored and when the last backup was" {
  echo whole >"$state/restore"
  echo 0123456789abcdef >"$state/restore-snapshot"
  echo "2026-11-19T12:00:00Z fedcba98" >"$state/restore-newest"
  chown 1000:1000 "$home"
  run env PATH="$machine_path" "$scripts/devbox/assertions"
  [[ $output == *'"event":"booted"'*'"pinned":"none","snapshot":"0123456789abcdef","last-backup":"2026-11-19T12:00:00Z fedcba98"'* ]]
  configure restic/config_snapshot_id 0123456789abcdef
  echo "2026-11-20T12:00:00.000Z 89abcdef in 2.1 s" >"$state/backup-line"
  run env PATH="$machine_path" "$scripts/devbox/assertions"
  [[ $output == *'"pinned":"0123456789abcdef"'*'"last-backup":"2026-11-20T12:00:00.000Z 89abcdef in 2.1 s"'* ]]
}

@test "what is pinned cannot be told when nobody answers, and the rest is looked at all the same" {
  echo none >"$state/restore"
  chown 0:0 "$home"
  fault GetParameter none denied
  run env PATH="$machine_path" "$scripts/devbox/assertions"
  [[ $output == *'"pinned":"AccessDeniedException"'* ]]
  [ "$(<"$state/assertions")" = "the home belongs to 0:0" ]
}

@test "a box on which nobody works asks for its end, and takes it back when somebody does" {
  quiet_computer
  watch_idle
  until_true has_shown none
  not asks idle
  has_idled 103
  until_true asks idle
  [ "$(times_asked PutEvents)" -ge 1 ]
  asked CreateTags | grep -q "Value=idle%3A%20no%20login%20-%20no%20typing%20-%20load%200.05%20-%200%20bytes%20since%20the%20last%20look%20-%20no%20backup%20-%20for%203%20s"
  echo 1 >"$machine/somebody"
  until_true asks nothing
}

# works <bash>: with this a box does not ask, however long it lasts.
works() {
  quiet_computer
  eval "$1"
  watch_idle
  has_idled 103
  has_idled 200
  not asks idle
}

@test "a login is work" { works 'echo 1 >"$machine/somebody"'; }

@test "a login that sshd knows nothing of is work" { works 'echo "debian pts/0 2026-11-20 12:00 (100.64.0.1)" >"$machine/logins"'; }

@test "logins that cannot be listed are work" { works 'rm "$machine/bin/who"'; }

@test "a terminal that was written to is work" { works 'touch "$MOONBASE_ROOT/dev/pts/0"'; }

@test "load is work" { works 'echo "0.10 1.35 0.80 1/100 4242" >"$MOONBASE_PROC/loadavg"'; }

@test "a load that cannot be read is work" { works 'rm "$MOONBASE_PROC/loadavg"'; }

@test "a backup is work" { works 'flock --close "$state/backup.lock" sleep 60 3>&- & holder=$!; until_true not flock -n "$state/backup.lock" true'; }

@test "network is work" {
  quiet_computer
  (
    for ((bytes = 1; bytes < 400; bytes++)); do
      traffic $((bytes * 10000000))
      sleep 0.02
    done
  ) 3>&- &
  watch_idle
  has_idled 103
  not asks idle
}

@test "what cannot be installed is named, and Tailscale is asked to prove itself by AWS" {
  configure tailscale/client_id k123
  configure tailscale/audience tailscale.com/k123
  ln -s "$fixture/stand-in-command" "$machine/bin/tailscale"
  STAND_IN_FAILS=apt-get run env PATH="$machine_path" "$scripts/devbox/extras"
  [ "$status" -eq 0 ]
  grep -qx tools <<<"$output"
  grep -qx docker <<<"$output"
  not grep -qxE 'tailscale|ansible' <<<"$output"
  commanded "tailscale up --client-id=k123 --audience=tailscale.com/k123 --advertise-tags=tag:aws --accept-routes"
}

@test "Tailscale SSH is turned on where the operator wants it, and nowhere else" {
  configure tailscale/client_id k123
  configure tailscale/audience tailscale.com/k123
  ln -s "$fixture/stand-in-command" "$machine/bin/tailscale"
  for word in off perhaps on; do
    configure tailscale/ssh "$word"
    PATH=$machine_path "$scripts/devbox/toolkit/tailscale"
  done
  [ "$(grep -c "^tailscale up " "$machine/records/commands")" -eq 3 ]
  [ "$(grep -n -- "--ssh$" "$machine/records/commands" | cut -d: -f1)" -eq 3 ]
}

@test "when all that a box needs was tried, it is looked whether it is as it should be" {
  configure tailscale/client_id k123
  configure tailscale/audience tailscale.com/k123
  ln -s "$fixture/stand-in-command" "$machine/bin/tailscale"
  echo none >"$state/restore"
  chown 1000:1000 "$home"
  STAND_IN_FAILS=tailscale run env PATH="$machine_path" "$scripts/devbox/extras"
  [ "$status" -eq 0 ]
  [ "$(<"$state/assertions")" = "Tailscale is not connected" ]
}

@test "a Tailscale that is not configured is not missing" {
  run env PATH="$machine_path" "$scripts/devbox/extras"
  [ "$status" -eq 0 ]
  not grep -qxE 'tailscale|ansible|tools|docker' <<<"$output"
  not commanded "tailscale .*"
}

@test "the journal is sent once, and what was not taken is sent again" {
  cat >"$machine/bin/journalctl" <<END
#!/usr/bin/env bash
echo "\$*" >>$machine/journalctl
[[ " \$* " == *" --after-cursor c2 "* ]] || {
  echo '{"__CURSOR":"c1","__REALTIME_TIMESTAMP":"1700000000000000","MESSAGE":"one"}'
  echo '{"__CURSOR":"c2","__REALTIME_TIMESTAMP":"1700000001000000","MESSAGE":[116,119,111]}'
}
END
  chmod +x "$machine/bin/journalctl"
  fault PutLogEvents denied
  run env PATH="$machine_path" "$scripts/devbox/logs"
  [ "$status" -ne 0 ]
  [ ! -e "$state/logs-cursor" ]
  env PATH="$machine_path" "$scripts/devbox/logs"
  [ "$(<"$state/logs-cursor")" = c2 ]
  [[ $(asked PutLogEvents | tail -n 1) == *'{"timestamp": 1700000000000, "message": "one"}, {"timestamp": 1700000001000, "message": "two"}'* ]]
  env PATH="$machine_path" "$scripts/devbox/logs"
  [ "$(times_asked PutLogEvents)" -eq 2 ]
}
