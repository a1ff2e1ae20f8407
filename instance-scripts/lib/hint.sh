# shellcheck shell=bash
# An event for the control plane. It is only a hint to look at the machine's tags, so a forged or late one does nothing.

# hint_put <what the machine says of itself>: returns 1 when it was not taken, with the error's name in AWS_ERROR.
hint_put() {
  local detail entry
  detail="{\"instance-id\":$(log_string "$MOONBASE_INSTANCE_ID"),\"session\":$(log_string "$MOONBASE_SESSION")}"
  entry="{\"Source\":\"moonbase.machine\",\"DetailType\":$(log_string "$1"),\"Detail\":$(log_string "$detail")}"
  aws_call events AWSEvents.PutEvents "{\"Entries\":[$entry]}" || return 1
  # The reply is a success although an entry was not taken.
  if [[ ! $AWS_REPLY =~ \"FailedEntryCount\"[[:space:]]*:[[:space:]]*0[^0-9] ]]; then
    AWS_ERROR=EventNotTaken
    return 1
  fi
}
