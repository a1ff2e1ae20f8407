# shellcheck shell=bash
# A transfer that was cut leaves a subvolume that is neither complete nor read-only. btrbk would clean up itself, but a
# device that may not delete cannot, and one whose lid was closed does not come back to it.

leftovers_folder=${MOONBASE_ROOT:-}/run/moonbase-btrbk
# Seconds to wait for somebody else who receives for the same device.
leftovers_patience=0

# leftovers_hold <root>: until this process ends, nobody takes a half-received subvolume for a leftover.
leftovers_hold() {
  install -d -m 700 "$leftovers_folder"
  exec {leftovers_lock}>"$leftovers_folder/${1##*/}.lock"
  flock --shared "$leftovers_lock"
}

# leftovers_newest <root>: the number of the newest subvolume, or 0; they only grow.
leftovers_newest() {
  {
    echo 0
    leftovers_look "$1" numbers
  } | sort -n | tail -n 1
}

# leftovers_look <root> <form of subvolumes.py>
leftovers_look() {
  sandbox_run look "$1" python3 -I -S /subvolumes.py "$2" "$1"
}

# leftovers_clear <root> [<number>]: what was half received or, with a number, all that came after it; unless somebody
# else is receiving. By number, because a stream chooses its names.
leftovers_clear() {
  local number lock
  install -d -m 700 "$leftovers_folder"
  if [[ -n ${leftovers_lock:-} ]]; then flock --unlock "$leftovers_lock"; fi
  exec {lock}>"$leftovers_folder/${1##*/}.lock"
  flock --exclusive --timeout "$leftovers_patience" "$lock" || return 0
  while read -r number; do
    if [[ -n ${2:-} ]] && ((number <= $2)); then continue; fi
    quota_make_room "$1" btrfs subvolume delete --subvolid "$number" "$1" >/dev/null
    printf 'removed an incomplete subvolume (number %s) of %s\n' "$number" "${1##*/}" >&2
  done < <(leftovers_look "$1" "$([[ -n ${2:-} ]] && echo numbers || echo leftovers)")
  exec {lock}>&-
}
