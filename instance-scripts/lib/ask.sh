# shellcheck shell=bash
# How a machine asks for its own end. The tag is the fact; the event is only a hint to look at it, so a forged or late
# one does nothing. Both return 1 when AWS did not take them, with the error's name in AWS_ERROR.

# ask_for_end <why>: "logged-out", or of a machine that works alone "done: " or "failed: " and a sentence.
ask_for_end() {
  local detail entry
  tag_itself asks "$1" || return 1
  detail="{\"instance-id\":$(log_string "$MOONBASE_INSTANCE_ID"),\"session\":$(log_string "$MOONBASE_SESSION")}"
  entry="{\"Source\":\"moonbase.machine\",\"DetailType\":\"machine asks for its end\",\"Detail\":$(log_string "$detail")}"
  aws_call events AWSEvents.PutEvents "{\"Entries\":[$entry]}" || return 1
  # The reply is a success although an entry was not taken.
  if [[ ! $AWS_REPLY =~ \"FailedEntryCount\"[[:space:]]*:[[:space:]]*0[^0-9] ]]; then
    AWS_ERROR=EventNotTaken
    return 1
  fi
}

# Overwritten, not removed: a machine may set its tags and take none away.
ask_for_nothing() {
  tag_itself asks nothing
}
