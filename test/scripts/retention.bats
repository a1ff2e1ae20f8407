#!/usr/bin/env bats
# Promise: a machine of retention works once it is ready, and asks for its own end with what came of it, whatever that is.

setup() {
  load fixture/machine.bash
  machine_setup
  own_bundle
  export MOONBASE_BODY=process MOONBASE_ASK_TIMES=2 MOONBASE_ASK_PAUSE_SECONDS=0.05
  invite blueprint '"retention"' user '"admin"' publicKey null toolkit '[]' \
    keep '{"keepHourly":24,"keepDaily":14,"keepWeekly":8,"keepMonthly":12}'
}

# works_as <bash>: what the work of this machine is.
works_as() {
  printf '#!/usr/bin/env bash\nset -euo pipefail\nsource "$MOONBASE_HOME/lib/step.sh"\n%s\n' "$1" >"$bundle/retention/run"
}

# What was asked for, one a line.
asks() {
  asked CreateTags | PATH=$REAL_PATH python3 -c '
import sys, urllib.parse
for line in sys.stdin:
    tag = urllib.parse.parse_qs(line.strip())
    if tag["Tag.1.Key"] == ["moonbase:asks"]: print(tag["Tag.1.Value"][0])
'
}

@test "what it has done, by its tag and by an event, after it was ready" {
  works_as 'printf "kept %s\n" "$MOONBASE_KEEP"'
  bootstrap retention
  [ "$(asks)" = "done: kept 24 14 8 12"$'\n'"done: kept 24 14 8 12" ]
  [ "$(times_asked PutEvents)" = 2 ]
  asked PutEvents | grep -q "machine asks for its end"
  [[ $(field "$(field "$(asked SendTaskSuccess)" output)" hostKey) == ssh-ed25519* ]]
  [ "$(phases | tail -n 1)" = complete ]
}

@test "why it could not do it, in the words of the work" {
  works_as 'die "the repository is damaged: pack 1a contains 2 errors"'
  bootstrap retention
  [ "$(asks | head -n 1)" = "failed: the repository is damaged: pack 1a contains 2 errors" ]
}

@test "that it died without a word" {
  works_as 'exit 3'
  bootstrap retention
  [ "$(asks | head -n 1)" = "failed: it ended with status 3" ]
}

@test "that it did not end in time" {
  works_as 'sleep 60'
  MOONBASE_RETENTION_SECONDS=0.2 bootstrap retention
  [ "$(asks | head -n 1)" = "failed: it did not end within 0.2 seconds" ]
}

@test "without a policy nothing is begun" {
  invite blueprint '"retention"' user '"admin"' publicKey null toolkit '[]'
  bootstrap retention
  [ "$(asks | head -n 1)" = "failed: nothing was removed: no policy says which backups to keep" ]
}

@test "an event that is refused is tried again, and the tag says it meanwhile" {
  works_as 'printf "all of it\n"'
  fault PutEvents refused ok
  bootstrap retention
  [ "$(asks | head -n 1)" = "done: all of it" ]
  [ "$(times_asked PutEvents)" = 2 ]
}
