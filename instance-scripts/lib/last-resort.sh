# shellcheck shell=bash
# What a box does that is idle, asks for its end and gets no answer, because the control plane is gone or broken: it saves what
# it holds and ends itself. Until then it asks on. One that cannot save stays up, tries again, and has its hard cap.

last_resort_since=""

# last_resort_is_due <now, of a clock that is never set>: whether nobody has answered for long enough. An answer is an order
# to save before the end, or that the session is held. What cannot be looked at counts as answered.
last_resort_is_due() {
  local wants held
  if ! metadata_look tags/instance/moonbase:wants tags/instance/moonbase:heard; then return 1; fi
  wants=${METADATA_VALUES[0]} held=${METADATA_VALUES[1]#held until }
  if [[ $wants =~ ^save\ (end-|interruption) ]] || { [[ $held == 2* && $held > $(clock_stamp) ]]; }; then
    last_resort_since=""
    return 1
  fi
  last_resort_since=${last_resort_since:-$1}
  (($1 - last_resort_since >= ${MOONBASE_LAST_RESORT_SECONDS:-3600}))
}

# last_resort_take <now>
last_resort_take() {
  local limit=${MOONBASE_LAST_RESORT_SAVE_SECONDS:-600} status=0
  log warn last-resort because "nobody has answered for $(($1 - last_resort_since)) seconds"
  last_resort_since=$1
  timeout --kill-after=5 "$limit" "$MOONBASE_HOME/devbox/save" quick </dev/null >/dev/null || status=$?
  if ((status != 0)); then
    log error last-resort-not-taken because "what the box holds could not be saved (status $status)"
    return 0
  fi
  activity_look
  if [[ -n $activity_why ]]; then
    log info last-resort-not-taken because "$activity_why"
    return 0
  fi
  tag_itself phase "ended itself: idle - saved - nobody answered" || log warn phase-not-tagged error "$AWS_ERROR"
  log warn machine-ends-itself because "it is idle and saved, and nobody answered"
  body_power_off
}
