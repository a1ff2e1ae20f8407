#!/usr/bin/env bats
# Promise: every call is signed so that AWS accepts it (the emulators do not check).

setup() {
  load fixture/machine.bash
  machine_setup
}

# What the stand-in's verifier said about the requests to this operation.
verdicts() {
  PATH=$REAL_PATH python3 -c '
import json, sys
for line in open(sys.argv[1]):
    request = json.loads(line)
    if request["operation"] == sys.argv[2]:
        print(request["wrong"])
' "$service/requests" "$1"
}

# The libraries in a shell of their own, with a call to make.
call() {
  bash -c '
    set -euo pipefail
    for part in clock log failure metadata aws tag phase; do source "$0/lib/$part.sh"; done
    metadata_identity
    "$@"
    printf "%s" "$AWS_ERROR"
  ' "$scripts" "$@"
}

@test "the machine's way to complete has nothing but valid signatures" {
  invite
  run bootstrap
  [ "$status" -eq 0 ]
  for operation in GetParameter SendTaskSuccess CreateTags; do
    [ "$(verdicts "$operation" | sort -u)" = None ]
  done
}

@test "a tag with every odd character is signed and arrives" {
  run call phase_tag 'failed: a/b=c+d@e f_g-h.i: é & "quoted" %41 $(id) \ ?#;'
  [ "$status" -eq 0 ]
  [ "$(verdicts CreateTags)" = None ]
  [[ $(phases) == 'failed: a/b=c+d@e f_g-h.i: '* ]]
}

@test "a JSON body with every odd character is signed and arrives" {
  body='{"Name":"/moonbase/é \" \\ '"'"' $(id) %41 & + \n \t @","WithDecryption":true}'
  run call aws_call ssm AmazonSSM.GetParameter "$body"
  [ "$(verdicts GetParameter)" = None ]
  [ "$(asked GetParameter)" = "$body" ]
}

@test "a body that begins with @ is sent, not read from a file" {
  run call aws_call ssm AmazonSSM.Echo "@/etc/hostname"
  [ "$(asked Echo)" = "@/etc/hostname" ]
}

@test "the protocols: content types and targets" {
  invite
  run bootstrap
  python3 - "$service/requests" <<'END'
import json, sys
seen = {(r["operation"], r.get("type"), r.get("target")) for r in map(json.loads, open(sys.argv[1]))}
assert ("GetParameter", "application/x-amz-json-1.1", "AmazonSSM.GetParameter") in seen, seen
assert ("SendTaskSuccess", "application/x-amz-json-1.0", "AWSStepFunctions.SendTaskSuccess") in seen, seen
assert ("CreateTags", "application/x-www-form-urlencoded; charset=utf-8", None) in seen, seen
END
}

@test "the verifier itself refuses a wrong secret, a wrong region and a changed body" {
  refused() {
    curl --silent --output /dev/null --write-out '%{http_code}' --aws-sigv4 "aws:amz:eu-west-1:ssm" --user "$1" \
      --header "x-amz-security-token: $2" --header "x-amz-target: AmazonSSM.Echo" --header "content-type: a/b" \
      --data '{}' "$AWS_ENDPOINT_URL/" "${@:3}"
  }
  good=("ASIASTANDINKEY:stand+in/SECRET/key+of==the/role" "stand/in+SESSION/token==of+the/role//")
  [ "$(refused "${good[@]}")" = 400 ]
  [ "$(refused "${good[0]}x" "${good[1]}")" = 403 ]
  [ "$(refused "${good[0]}" "another")" = 403 ]
  [ "$(refused "${good[@]}" --header "x-amz-content-sha256: $(printf '0%.0s' {1..64})")" = 403 ]
  [ "$(verdicts Echo | sort -u | wc -l)" -ge 3 ]
}

@test "the endpoint of one service goes before the general one, and without either it is AWS's own" {
  endpoint() {
    bash -c 'source "$0/lib/aws.sh"; MOONBASE_REGION=eu-west-1 aws_endpoint "$@"' "$scripts" "$@"
  }
  [ "$(AWS_ENDPOINT_URL_SFN=http://own endpoint SFN states)" = http://own ]
  [ "$(endpoint SFN states)" = "$AWS_ENDPOINT_URL" ]
  unset AWS_ENDPOINT_URL
  [ "$(endpoint SFN states)" = https://states.eu-west-1.amazonaws.com ]
}
