# shellcheck shell=bash
# How a machine answers a workflow that waits for it with a task token.

# task_answer <name in the state> <token> <output>: the answer to whoever waits with this token. What became of it is
# remembered under the name. Returns 1 when it was not taken, with the error's name in AWS_ERROR.
#
# An answer may arrive although its reply is lost. The service then calls the same token unknown the second time, and
# a machine that took this for a refusal would end itself in the middle of a session. So "unknown" after an attempt
# whose outcome nobody knows, in this run or an earlier one, means that the answer arrived.
task_answer() {
  local fingerprint body unsure=no
  fingerprint=$(state_fingerprint "$2")
  body="{\"taskToken\":$(log_string "$2"),\"output\":$(log_string "$3")}"
  if [[ $(state_read "$1") == "sent $fingerprint" ]]; then unsure=yes; fi
  state_write "$1" "sent $fingerprint"
  if ! aws_call states AWSStepFunctions.SendTaskSuccess "$body"; then
    if [[ $unsure == no && $AWS_UNSURE == no ]]; then
      state_write "$1" "refused $fingerprint"
      return 1
    fi
    task_is_unknown "$AWS_ERROR" || return 1
    log warn answer-assumed error "$AWS_ERROR"
  fi
  state_write "$1" "accepted $fingerprint"
}

# Nobody waits with this token: not any more, not yet, or it never was one.
task_is_unknown() {
  case $1 in
    InvalidToken | TaskTimedOut | TaskDoesNotExist) return 0 ;;
    *) return 1 ;;
  esac
}
