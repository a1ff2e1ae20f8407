#!/usr/bin/env bats
# Promise: two minutes after the last ssh session was closed the machine asks for its end, and goes on asking until
# somebody is back. Nobody's machine ends under their hands, and none asks that nobody was ever logged in to.

setup() {
  load fixture/machine.bash
  machine_setup
}

teardown() {
  if [[ -n ${watcher:-} ]]; then kill "$watcher"; fi
  if [[ -n ${connection:-} ]]; then kill "$connection" 2>/dev/null || true; fi
  if [[ -s $machine/sshd.pid ]]; then kill "$(<"$machine/sshd.pid")"; fi
}

# follow <yes, no or unknown> <now>...: what looks at these seconds saw, one after the other, in one run of the watch.
# Without what it shows on the tag, which has tests of its own.
follow() {
  silent=yes watch_follow "$@"
}

watch_follow() {
  silent=${silent:-no} PATH=$machine_path bash -c '
    set -euo pipefail
    for part in clock log failure body metadata aws tag state hint ask logins; do source "$0/lib/$part.sh"; done
    if [[ $silent == yes ]]; then logins_show() { :; }; fi
    metadata_identity
    state_prepare
    while (($# > 0)); do
      logins_follow "$1" "$2"
      shift 2
    done
  ' "$scripts" "$@"
}

# tags <key>...: what these tags said, one value a line.
tags() {
  asked CreateTags | PATH=$REAL_PATH python3 -c '
import sys, urllib.parse
for line in sys.stdin:
    form = urllib.parse.parse_qs(line.strip())
    print(form["Tag.1.Key"][0], form["Tag.1.Value"][0])
' | grep -E "^moonbase:($(IFS="|" && printf '%s' "${*:-asks}")) "
}

@test "two minutes after the last one has gone: the tag first, then the event" {
  follow yes 1000 no 1010 no 1129
  [ "$(times_asked CreateTags)" -eq 0 ]
  follow no 2000 no 2120
  [ "$(tags)" = "moonbase:asks logged-out" ]
  [ "$(PATH=$REAL_PATH python3 -c 'import json, sys; print(*[json.loads(line)["operation"] for line in open(sys.argv[1]) if "Metadata" not in line])' "$service/requests")" = "CreateTags PutEvents" ]
}

@test "the event says which machine of which session, in the words that the rule listens to" {
  follow yes 0 no 10 no 130
  python3 - "$(asked PutEvents)" <<'END'
import json, sys
[entry] = json.loads(sys.argv[1])["Entries"]
assert entry["Source"] == "moonbase.machine" and entry["DetailType"] == "machine asks for its end", entry
assert json.loads(entry["Detail"]) == {"instance-id": "i-0123456789abcdef0", "session": "session-1"}, entry
END
  grep -q '"target":"AWSEvents.PutEvents","type":"application/x-amz-json-1.1".*"wrong":null' "$service/requests"
}

@test "a machine that nobody has ever logged in to asks for nothing, however long" {
  follow no 0 unknown 10 no 20 no 100000
  [ "$(times_asked CreateTags)" -eq 0 ]
  [ "$(times_asked PutEvents)" -eq 0 ]
}

@test "unknown counts as active, and the clock begins again" {
  follow yes 0 no 10 no 120 unknown 125 no 130 no 249
  [ "$(times_asked PutEvents)" -eq 0 ]
  follow no 0 no 120
  [ "$(times_asked PutEvents)" -eq 1 ]
}

@test "it is asked again every minute" {
  follow yes 0 no 10 no 130 no 140 no 189 no 190 no 200 no 250
  [ "$(times_asked PutEvents)" -eq 3 ]
}

@test "somebody who is back withdraws the request, once" {
  follow yes 0 no 10 no 130 yes 140 yes 150
  diff <(tags) <(printf 'moonbase:asks %s\n' logged-out nothing)
  follow no 200 no 320
  [ "$(tags | tail -n 1)" = "moonbase:asks logged-out" ]
}

@test "a withdrawal that AWS does not take is tried at every look, also by a watch that was started anew" {
  fault CreateTags none denied denied
  follow yes 0 no 10 no 130 yes 140
  follow yes 5
  follow yes 5
  diff <(tags) <(printf 'moonbase:asks %s\n' logged-out nothing nothing nothing)
  follow yes 5
  [ "$(tags | wc -l)" -eq 4 ]
}

@test "after a reboot it is still known that somebody was logged in, and the two minutes begin again" {
  follow yes 5000
  follow no 30 no 149
  [ "$(times_asked PutEvents)" -eq 0 ]
  follow no 30 no 150
  [ "$(times_asked PutEvents)" -eq 1 ]
}

@test "what is refused is asked at the next look: a tag, an event, an event that was answered but not taken" {
  fault CreateTags denied
  fault PutEvents denied refused
  run follow yes 0 no 10 no 130 no 140 no 150 no 160 no 170
  [ "$status" -eq 0 ]
  [[ $output == *end-not-asked*AccessDeniedException*end-not-asked*AccessDeniedException*end-not-asked*EventNotTaken*end-asked* ]]
  [ "$(times_asked CreateTags)" -eq 4 ]
  [ "$(times_asked PutEvents)" -eq 3 ]
}

@test "a tag whose reply was lost is withdrawn as well" {
  fault CreateTags lost lost
  follow yes 0 no 10 no 130 yes 140
  [ "$(tags | tail -n 1)" = "moonbase:asks nothing" ]
}

@test "who is logged in is on the tag at the first look and when it changes, and unknown says nothing" {
  watch_follow unknown 0 no 10 no 20 yes 30 yes 40 unknown 50 yes 60 no 70
  diff <(tags logins) <(printf 'moonbase:logins %s\n' none open none)
  watch_follow no 5
  [ "$(tags logins | wc -l)" -eq 4 ]
}

@test "what AWS does not take of it is shown at the next look" {
  fault CreateTags denied denied none denied
  watch_follow yes 0 yes 10 yes 20 yes 30 no 40 no 50 no 60
  diff <(tags logins) <(printf 'moonbase:logins %s\n' open open open none none)
}

@test "the service is enabled, for the session's own user, and systemd understands it" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  commanded "systemctl enable --now moonbase-logins.service"
  unit=$MOONBASE_ROOT/etc/systemd/system/moonbase-logins.service
  grep -qx "Environment=MOONBASE_USER=ubuntu" "$unit"
  grep -qx "ExecStart=$scripts/admin/logins" "$unit"
  PATH=$REAL_PATH systemd-analyze verify --man=no --recursive-errors=no "$unit"
}

# The real sshd, ssh and pgrep. A session of another user than sshd's own needs root.

start_sshd() {
  local try wait process
  ssh-keygen -q -t ed25519 -N "" -f "$machine/host_key"
  ssh-keygen -q -t ed25519 -N "" -f "$machine/key"
  for try in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    cat >"$machine/sshd.conf" <<END
ListenAddress 127.0.0.1:$port
HostKey $machine/host_key
AuthorizedKeysFile none
AuthorizedKeysCommand /bin/cat $machine/key.pub
AuthorizedKeysCommandUser root
AuthenticationMethods publickey
PidFile $machine/sshd.pid
UsePAM no
END
    real_sshd -D -e -f "$machine/sshd.conf" 2>"$machine/sshd.log" 3>&- &
    process=$!
    for ((wait = 0; wait < 50; wait++)); do
      if [[ -s $machine/sshd.pid ]]; then return 0; fi
      kill -0 "$process" 2>/dev/null || break
      sleep 0.05
    done
  done
  cat "$machine/sshd.log"
  return 1
}

# A connection that forwards ports and opens no shell: the least that is a login.
connect() {
  ssh -F /dev/null -i "$machine/$1" -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR -o BatchMode=yes \
    -o "UserKnownHostsFile=$machine/known_hosts" -N -p "$port" nobody@127.0.0.1 3>&- &
  connection=$!
}

disconnect() {
  kill "$connection"
  wait "$connection" || true
  connection=""
}

is_known() {
  [[ -e $MOONBASE_ROOT/var/lib/moonbase/$instance/login ]]
}

# last_tag_is <key> <value>
last_tag_is() {
  [[ $(tags "$1" | tail -n 1) == "moonbase:$1 $2" ]]
}

has_looked_again() {
  (($(grep -c . "$machine/looks") > ${1:-0}))
}

@test "a real login, its end, and another one: asked, then withdrawn" {
  if ((EUID != 0)); then skip "a login as another user needs root"; fi
  start_sshd
  printf '#!/usr/bin/env bash\necho look >>%q\nexec %q "$@"\n' "$machine/looks" "$machine_programs/sleep" >"$machine/bin/sleep"
  chmod +x "$machine/bin/sleep"
  touch "$machine/looks"
  MOONBASE_USER=nobody MOONBASE_LOGIN_LOOK_SECONDS=0.05 MOONBASE_LOGOUT_GRACE_SECONDS=0 \
    PATH=$machine_path "$scripts/admin/logins" 2>"$machine/log" 3>&- &
  watcher=$!
  # sshd listens, and a caller without the key is turned away: neither is a login.
  ssh-keygen -q -t ed25519 -N "" -f "$machine/other"
  connect other
  wait "$connection" || true
  connection=""
  looks=$(grep -c . "$machine/looks" || true)
  until_true has_looked_again "$((looks + 1))"
  not is_known
  last_tag_is logins none

  connect key
  until_true is_known
  until_true last_tag_is logins open
  looks=$(grep -c . "$machine/looks")
  until_true has_looked_again "$((looks + 1))"
  [ -z "$(tags asks)" ]

  disconnect
  until_true last_tag_is asks logged-out
  last_tag_is logins none
  [ "$(times_asked PutEvents)" -eq 1 ]

  connect key
  until_true last_tag_is asks nothing
}

@test "a user that the machine has not is unknown, and unknown asks for nothing" {
  mkdir -p "$MOONBASE_ROOT/var/lib/moonbase/$instance"
  touch "$MOONBASE_ROOT/var/lib/moonbase/$instance/login"
  printf '#!/usr/bin/env bash\necho look >>%q\nexec %q "$@"\n' "$machine/looks" "$machine_programs/sleep" >"$machine/bin/sleep"
  chmod +x "$machine/bin/sleep"
  MOONBASE_USER=nobody-here MOONBASE_LOGIN_LOOK_SECONDS=0.05 MOONBASE_LOGOUT_GRACE_SECONDS=0 \
    PATH=$machine_path "$scripts/admin/logins" 2>"$machine/log" 3>&- &
  watcher=$!
  until_true has_looked_again 2
  [ "$(times_asked CreateTags)" -eq 0 ]
}
