# shellcheck shell=bash
# Whether the box is on its tailnet, and since when, on its tag: the control plane then turns ssh off, which was the way in
# until Tailscale was there.

# Running alone says too little: the daemon may run and have lost its connection.
tailnet_is_up() {
  local said
  said=$(timeout --kill-after=5 10 tailscale status --json --peers=false 2>/dev/null) || return 1
  python3 -c '
import json, sys
said = json.load(sys.stdin)
sys.exit(0 if said["BackendState"] == "Running" and said["Self"]["Online"] else 1)
' <<<"$said" 2>/dev/null
}

# One look. Up is what was up at the look before as well: a connection that comes and goes is no way in.
tailnet_follow() {
  local known
  known=$(state_read tailscale)
  if ! tailnet_is_up; then
    case $known in
      up*) tailnet_show down ;;
      seen) state_forget tailscale ;;
    esac
    return 0
  fi
  case $known in
    up*) ;;
    seen) tailnet_show up ;;
    *) state_write tailscale seen ;;
  esac
}

# tailnet_show <up or down>: what could not be shown is shown at the next look.
tailnet_show() {
  local value
  value="$1 $(clock_stamp)"
  if ! tag_itself tailscale "$value"; then
    log warn tailnet-not-shown error "$AWS_ERROR"
    return 0
  fi
  state_write tailscale "$value"
  log info tailnet is "$1"
  # Who does not hear it now sees the tag later.
  if [[ $1 == up ]]; then hint_put "machine is on its tailnet" || log warn hint-not-taken error "$AWS_ERROR"; fi
}
