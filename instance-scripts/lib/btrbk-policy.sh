# shellcheck shell=bash
# Whether a device may have what it asks for. `policy_decide` is pure; `policy_resolve` looks where its paths lead.

# policy_decide <root> <mount> <allowed: send,delete> <text>: sets what request_read sets, or refusal.
policy_decide() {
  local root=$1 mount=$2 allowed=,$3, path paths=0
  request_read "$4" || return
  case $request_verb in
    send | snapshot) [[ $allowed == *,send,* ]] || request_refuse "this device may not send" || return ;;
    delete | delete-each) [[ $allowed == *,delete,* ]] || request_refuse "this device may not delete (append-only)" || return ;;
  esac
  for path in "${request_paths[@]}"; do
    # The options of send.
    if [[ $path == -? ]]; then continue; fi
    paths=$((paths + 1))
    case $request_verb in
      # What btrbk asks of the file system as a whole; the answer is the device's own part of it.
      list | list-readonly | show-top | usage) [[ $path == "$mount" || $path == "$root" ]] ;;
      readlink | show | receive) [[ $path == "$root" || $path == "$root"/* ]] ;;
      snapshot) [[ $path == "$root"/* || ($path == "$root" && $paths == 1) ]] ;;
      *) [[ $path == "$root"/* ]] ;;
    esac || request_refuse "a path outside the device's own" || return
  done
}

# policy_resolve <root>: no component of a path leads anywhere else. This refuses early and says so; what holds against
# somebody who swaps a folder for a link in between is that nothing but the root is mounted where the command runs.
policy_resolve() {
  local root=$1 path parent
  for path in "${request_paths[@]}"; do
    if [[ $path != "$root"/* ]]; then continue; fi
    parent=${path%/*}
    [[ ! -L $path ]] || request_refuse "a symbolic link" || return
    # A leaf that is not there is btrbk's way to find out that it is not there.
    cd -P -- "$parent" 2>/dev/null || request_refuse "a folder that is not there" || return
    [[ $PWD == "$parent" ]] || request_refuse "a path that leads elsewhere" || return
  done
}
