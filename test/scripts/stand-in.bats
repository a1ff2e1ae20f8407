#!/usr/bin/env bats
# Promise: the stand-in for blueprints that save is a machine like others, and saves as its session's name says.

setup() {
  load fixture/machine.bash
  load fixture/orders.bash
  orders_setup
  export MOONBASE_BLUEPRINT=stand-in
}

teardown() {
  stop_orders
}

# save_in <session>: asks this session's machine to save, and waits for its answer.
save_in() {
  metadata tags/instance/moonbase:session "$1"
  leave_note "save end-1" token-1
  wants "save end-1"
  start_orders
  until_true is_answered
}

@test "it gets ready, with a way in, and has nothing to install" {
  invite blueprint '"stand-in"' toolkit '[]'
  printf '%s\n' "$task_token" >"$service/tokens"
  run bootstrap stand-in
  [ "$status" -eq 0 ]
  [ "$(phases | tail -n 1)" = complete ]
  [ "$(<"$MOONBASE_ROOT/home/ubuntu/.ssh/authorized_keys")" = "$public_key" ]
  commanded "systemctl enable --now moonbase-hard-cap.timer"
}

@test "what it names is where the control plane looks for it" {
  save_in session-1
  [ "$(answer outcome)" = saved ]
  [ "$(times_asked PutObject)" -eq 1 ]
  path=/moonbase-backup-000000000000-eu-west-1/stand-in/snapshots/$(answer id)
  grep -qF "\"operation\":\"PutObject\",\"type\":\"application/octet-stream\",\"url\":\"$path\"" "$service/requests"
  grep '"PutObject"' "$service/requests" | grep -qF '"wrong":null'
}

@test "two saves have two names" {
  save_in session-1
  first=$(answer id)
  leave_note "save interruption" token-2
  wants "save interruption"
  until_true logged save-answered 2
  [ "$(answer id)" != "$first" ]
}

@test "an object that S3 does not take is a save that failed" {
  fault PutObject denied
  save_in session-1
  [ "$(answer outcome) $(answer message)" = "failed the snapshot was not taken: AccessDeniedException" ]
}

@test "told to fail it fails, told to lie it names what it has not written" {
  save_in drill-fails-1
  [ "$(answer outcome) $(answer message)" = "failed the stand-in was told to fail" ]
  stop_orders
  rm -r "$MOONBASE_ROOT/var/lib/moonbase"
  : >"$machine/log"
  metadata tags/instance/moonbase:session drill-lies-1
  leave_note "save end-1" token-2
  start_orders
  until_true is_answered
  [ "$(answer outcome)" = saved ]
  [ "$(times_asked PutObject)" -eq 0 ]
}

@test "told to be slow it takes its time, told to be mute it does not end" {
  MOONBASE_STAND_IN_SECONDS=1 save_in slow-1
  [ "$(answer outcome)" = saved ]
  python3 -c 'import sys; assert float(sys.argv[1]) >= 1' "$(answer seconds)"
  stop_orders
  rm -r "$MOONBASE_ROOT/var/lib/moonbase"
  : >"$machine/log"
  metadata tags/instance/moonbase:session mute-1
  leave_note "save end-1" token-2
  MOONBASE_SAVE_WHOLE_SECONDS=1 start_orders
  until_true is_answered
  [ "$(answer message)" = "the save did not end within 1 seconds" ]
}
