# shellcheck shell=bash
# The machine's own answer to the workflow that waits for it.

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
#
# An answer may arrive although its reply is lost. The service then calls the same token unknown the second time, and
# a machine that took this for a refusal would end itself in the middle of a session. So "unknown" after an attempt
# whose outcome nobody knows, in this run or an earlier one, means that the answer arrived.
callback_ready() {
  local fingerprint output body unsure=no
  fingerprint=$(state_fingerprint "$task_token")
  if callback_was_accepted; then
    log info already-answered
    return 0
  fi
  # Called in a condition, where set -e does not hold.
  output=$(callback_message "$1") || exit 1
  body="{\"taskToken\":$(log_string "$task_token"),\"output\":$(log_string "$output")}"
  if [[ $(state_read answer) == "sent $fingerprint" ]]; then unsure=yes; fi
  state_write answer "sent $fingerprint"
  if ! aws_call states AWSStepFunctions.SendTaskSuccess "$body"; then
    if [[ $unsure == no && $AWS_UNSURE == no ]]; then
      state_write answer "refused $fingerprint"
      return 1
    fi
    case $AWS_ERROR in
      InvalidToken | TaskTimedOut | TaskDoesNotExist) log warn answer-assumed error "$AWS_ERROR" ;;
      *) return 1 ;;
    esac
  fi
  state_write answer "accepted $fingerprint"
}

callback_was_accepted() {
  [[ $(state_read answer) == "accepted $(state_fingerprint "$task_token")" ]]
}

callback_was_ever_accepted() {
  [[ $(state_read answer) == accepted* ]]
}

callback_may_pass() {
  case $1 in
    InvalidToken | TaskTimedOut | TaskDoesNotExist) return 0 ;;
    *) aws_error_may_pass "$1" ;;
  esac
}

callback_failure() {
  local body cause=${1:0:1000}
  body="{\"taskToken\":$(log_string "$task_token"),\"error\":\"MachineFailed\",\"cause\":$(log_string "$cause")}"
  aws_call states AWSStepFunctions.SendTaskFailure "$body" || log warn failure-not-reported error "$AWS_ERROR"
}
