# shellcheck shell=bash
# What this machine is told about its session: one parameter that it alone can read. The task token stays in a shell
# variable that is never exported; the other fields are exported for the blueprint's scripts.

task_token=""
invitation_fields=""

# Not there yet: the control plane writes it once it knows the machine. Access denied: the grant follows the
# parameter's own tag, which can be seconds behind.
invitation_may_come() {
  case $1 in
    ParameterNotFound | AccessDenied*) return 0 ;;
    *) aws_error_may_pass "$1" ;;
  esac
}

# One look. Returns 1 when there is nothing, and dies when there is something malformed.
invitation_read() {
  local name="/$MOONBASE_STAGE/machines/$MOONBASE_INSTANCE_ID" lines status=0
  aws_call ssm AmazonSSM.GetParameter "{\"Name\":\"$name\",\"WithDecryption\":true}" || return 1
  lines=$(printf '%s' "$AWS_REPLY" | python3 "$moonbase_home/lib/invitation.py" "$MOONBASE_SESSION" "$1") || status=$?
  AWS_REPLY=""
  task_token=${lines%%$'\n'*}
  invitation_fields=${lines#*$'\n'}
  if ((status == 65)); then die "the invitation is malformed: $invitation_fields"; fi
  if ((status != 0)); then die "the invitation could not be read (status $status)"; fi
  invitation_export
}

invitation_export() {
  local fields
  mapfile -t fields <<<"$invitation_fields"
  export MOONBASE_USER=${fields[0]} MOONBASE_PUBLIC_KEY=${fields[1]} MOONBASE_HARD_CAP=${fields[2]}
  export MOONBASE_RESTORE=${fields[3]} MOONBASE_KEEP=${fields[5]:-} MOONBASE_TOOLKIT=""
  # A last line that is empty is lost with the newline before it.
  if [[ -n ${fields[4]:-} ]]; then clock_allow "${fields[4]}"; fi
  if ((${#fields[@]} > 6)); then
    MOONBASE_TOOLKIT=$(printf '%s\n' "${fields[@]:6}")
  fi
}

# Looks once a second until the deadline.
invitation_await() {
  until invitation_read "$1"; do
    invitation_may_come "$AWS_ERROR" || die "the machine's parameter cannot be read: $AWS_ERROR"
    if clock_is_over; then die "no invitation came before the deadline: $AWS_ERROR"; fi
    sleep "${MOONBASE_POLL_SECONDS:-1}"
  done
}
