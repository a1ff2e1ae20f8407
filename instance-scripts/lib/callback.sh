# shellcheck shell=bash
# The machine's own answer to the launch that waits for it.

# The ready message: what the blueprint found out, and how long each phase took.
callback_message() {
  printf '%s\n[%s]' "$1" "$phase_list" | python3 -c '
import json, sys
facts = json.loads(sys.stdin.readline())
facts["phases"] = json.load(sys.stdin)
print(json.dumps(facts, separators=(",", ":")))
' 2>/dev/null || die "the ready step printed no JSON object"
}

# callback_ready <facts as JSON>: returns 1 when the token is refused, so that the caller reads it again.
callback_ready() {
  local output
  if callback_was_accepted; then
    log info already-answered
    return 0
  fi
  # Called in a condition, where set -e does not hold.
  output=$(callback_message "$1") || exit 1
  task_answer answer "$task_token" "$output"
}

callback_was_accepted() {
  [[ $(state_read answer) == "accepted $(state_fingerprint "$task_token")" ]]
}

callback_was_ever_accepted() {
  [[ $(state_read answer) == accepted* ]]
}

callback_may_pass() {
  task_is_unknown "$1" || aws_error_may_pass "$1"
}

callback_failure() {
  local body cause=${1:0:1000}
  body="{\"taskToken\":$(log_string "$task_token"),\"error\":\"MachineFailed\",\"cause\":$(log_string "$cause")}"
  aws_call states AWSStepFunctions.SendTaskFailure "$body" || log warn failure-not-reported error "$AWS_ERROR"
}
