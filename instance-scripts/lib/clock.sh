# shellcheck shell=bash
# Time as the scripts use it: one stamp format, one deadline for everything that comes before ready.

# The time now, in the caller's variable `stamp`.
clock_read() {
  local now=$EPOCHREALTIME
  local seconds=${now%[.,]*} fraction=${now#*[.,]}
  TZ=UTC printf -v stamp '%(%Y-%m-%dT%H:%M:%S)T' "$seconds"
  stamp+=.${fraction:0:3}Z
}

clock_stamp() {
  local stamp
  clock_read
  printf '%s' "$stamp"
}

# The clock starts with the stub, not with bootstrap: fetching the bundle is part of getting ready.
clock_start() {
  clock_started=${MOONBASE_STARTED_AT:-$EPOCHSECONDS}
  export MOONBASE_DEADLINE
  clock_allow 170
}

# clock_allow <seconds>: counted from the same start, however often it is said.
clock_allow() {
  MOONBASE_DEADLINE=$((clock_started + ${MOONBASE_READY_DEADLINE_SECONDS:-$1}))
}

# Seconds until the deadline, never negative.
clock_remaining() {
  local remaining=$((MOONBASE_DEADLINE - EPOCHSECONDS))
  printf '%s' "$((remaining > 0 ? remaining : 0))"
}

clock_is_over() {
  ((EPOCHSECONDS >= MOONBASE_DEADLINE))
}
