#!/usr/bin/env bats
# Promise: a machine goes through its phases in order and answers with its host key.

setup() {
  load fixture/machine.bash
  machine_setup
}

@test "the phases are shown in order" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  diff <(phases) <(printf '%s\n' booting invited preparing ready equipping complete)
}

@test "the answer carries the task token, the real host key and the time of each phase" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  answer=$(asked SendTaskSuccess)
  [ "$(field "$answer" taskToken)" = "$task_token" ]
  output=$(field "$answer" output)
  key=$(field "$output" hostKey)
  ssh-keygen -l -f - <<<"$key" | grep -q ED25519
  [ "$key" = "$(ssh-keygen -y -f "$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key" | cut -d ' ' -f 1,2)" ]
  python3 - "$output" <<'END'
import json, re, sys
phases = json.loads(sys.argv[1])["phases"]
assert [phase["name"] for phase in phases] == ["booting", "invited", "preparing", "ready"], phases
times = [phase["at"] for phase in phases]
assert times == sorted(times) and all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", time) for time in times), times
END
}

@test "a host key that exists is kept" {
  mkdir -p "$MOONBASE_ROOT/etc/ssh"
  ssh-keygen -q -t ed25519 -N "" -f "$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key"
  before=$(<"$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key")
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$before" = "$(<"$MOONBASE_ROOT/etc/ssh/ssh_host_ed25519_key")" ]
}

@test "the parameter is waited for" {
  (
    once_asked GetParameter
    invite
  ) 3>&- &
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked GetParameter)" -gt 1 ]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "without a parameter the machine gives up at the deadline, tells the phase and powers off" {
  export MOONBASE_READY_DEADLINE_SECONDS=1
  run bootstrap
  [ "$status" -ne 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 0 ]
  [[ $(phases | tail -n 1) == "failed: booting: no invitation came before the deadline"* ]]
  commanded "systemctl poweroff"
}

@test "the deadline counts from the start of the stub" {
  export MOONBASE_STARTED_AT=$((EPOCHSECONDS - 60))
  run bootstrap
  [ "$status" -ne 0 ]
  [[ $(phases | tail -n 1) == "failed: booting: "* ]]
}

@test "the invitation says how long the machine may take, counted from the start of the stub as well" {
  unset MOONBASE_READY_DEADLINE_SECONDS
  invite readySeconds 1790 restore '"0a1b2c3d"'
  own_bundle
  # shellcheck disable=SC2016
  printf '#!/usr/bin/env bash\nprintf "%%s %%s" "$MOONBASE_DEADLINE" "$MOONBASE_RESTORE" >"$MOONBASE_ROOT/told"\nexit 1\n' \
    >"$bundle/admin/ready"
  export MOONBASE_STARTED_AT=$((EPOCHSECONDS - 60))
  run bootstrap
  [ "$(cat "$machine/root/told")" == "$((MOONBASE_STARTED_AT + 1790)) 0a1b2c3d" ]
}

@test "an invitation that says nothing of it leaves the scripts their own time, and what is pinned to restore" {
  unset MOONBASE_READY_DEADLINE_SECONDS
  invite
  own_bundle
  # shellcheck disable=SC2016
  printf '#!/usr/bin/env bash\nprintf "%%s %%s" "$MOONBASE_DEADLINE" "$MOONBASE_RESTORE" >"$MOONBASE_ROOT/told"\nexit 1\n' \
    >"$bundle/admin/ready"
  export MOONBASE_STARTED_AT=$EPOCHSECONDS
  run bootstrap
  [ "$(cat "$machine/root/told")" == "$((MOONBASE_STARTED_AT + 170)) pinned" ]
}

@test "a phase that cannot be tagged does not stop the machine" {
  invite
  fault CreateTags denied denied denied denied denied denied
  run bootstrap
  [ "$status" -eq 0 ]
  [ "$(times_asked SendTaskSuccess)" -eq 1 ]
  [[ $output == *phase-not-tagged*AccessDeniedException* ]]
}

@test "every line on stderr is one JSON object with an event and the ids" {
  invite
  bootstrap 2>"$machine/log"
  python3 - "$machine/log" <<'END'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert lines and all(line["event"] and line["at"] and line["level"] for line in lines)
assert lines[-1]["instance"] == "i-0123456789abcdef0" and lines[-1]["session"] == "session-1"
END
}
