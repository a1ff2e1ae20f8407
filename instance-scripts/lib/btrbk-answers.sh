# shellcheck shell=bash
# What of a program's answer is the device's business: each reads the answer on stdin and prints the rest of it.

# answer_mounts <root>: the root of the tree, because btrbk builds one, and the device's own mount.
answer_mounts() {
  local line fields
  while IFS= read -r line; do
    read -ra fields <<<"$line"
    if [[ ${fields[4]} == / || ${fields[4]} == "$1" ]]; then printf '%s\n' "$line"; fi
  done
}

# What follows names snapshots of this one wherever they are, and quota groups.
answer_subvolume() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^[[:space:]]*(Snapshot\(s\)|Quota\ group): ]]; then break; fi
    printf '%s\n' "$line"
  done
  cat >/dev/null
}

# The volume as a whole; what follows is about its devices.
answer_usage() {
  local line
  while IFS= read -r line; do
    if [[ -z $line ]]; then break; fi
    printf '%s\n' "$line"
  done
  cat >/dev/null
}
