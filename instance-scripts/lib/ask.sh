# shellcheck shell=bash
# How a machine asks for its own end. The tag is the fact; the event is only a hint to look at it. Both return 1 when AWS
# did not take them, with the error's name in AWS_ERROR.

# ask_for_end <why>: "logged-out", "idle: " and what was seen, or of a machine that works alone "done: " or "failed: " and a sentence.
ask_for_end() {
  tag_itself asks "$1" || return 1
  hint_put "machine asks for its end"
}

# Overwritten, not removed: a machine may set its tags and take none away.
ask_for_nothing() {
  tag_itself asks nothing
}
