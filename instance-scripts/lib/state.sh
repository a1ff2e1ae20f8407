# shellcheck shell=bash
# What a second boot has to know, kept for each instance (an image made from a machine must not carry its answers on).
# A token is remembered by its fingerprint, never itself.

state_directory() {
  body_path "/var/lib/moonbase/$MOONBASE_INSTANCE_ID"
}

state_prepare() {
  install -d -m 700 "$(state_directory)"
}

# state_write <name> <text>: whole or not at all.
state_write() {
  local path
  path=$(state_directory)/$1
  printf '%s\n' "$2" >"$path.new"
  mv "$path.new" "$path"
}

state_read() {
  cat "$(state_directory)/$1" 2>/dev/null || true
}

state_has() {
  [[ -e $(state_directory)/$1 ]]
}

state_forget() {
  rm -f "$(state_directory)/$1"
}

state_fingerprint() {
  local sum
  sum=$(printf '%s' "$1" | sha256sum)
  printf '%s' "${sum%% *}"
}
