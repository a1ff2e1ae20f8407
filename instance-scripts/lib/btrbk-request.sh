# shellcheck shell=bash
# What btrbk 0.32 asks of a backup target over ssh: understood and never evaluated. Pure: text in, a value out, nothing
# on the disk is looked at. A request that is not exactly one of these forms is refused with a reason.
#
# Sets request_verb, request_paths, request_filters (what the stream goes through on its way, in that order), or refusal.

# Quoted as btrbk quotes. No quote, no backslash and no glob can be in a path, so the first quote after it ends it.
request_path="'(/[A-Za-z0-9_@+.,:=%/ -]*)'"
request_root="(sudo -n )?"
request_strange="[^A-Za-z0-9_@+.,:=%/ '|-]"

# Threads, window and level as btrbk puts them behind its eight programs. A window over 128 MiB (--long=27) would take
# more memory than the smallest target has.
request_zstd="( -T[0-9]{1,2})?( --long=(1[0-9]|2[0-7]))?( --adapt)?"
request_decompress="^((gzip|bzip2|lzop|lz4) -d -c|(pigz|pbzip2) -d -c( -p[0-9]{1,2})?|xz -d -c( -T[0-9]{1,2})?|zstd -d -c$request_zstd)$"
request_compress="^((gzip|bzip2|lzop|lz4) -c( -[1-9])?|(pigz|pbzip2) -c( -[1-9])?( -p[0-9]{1,2})?|xz -c( -[0-9])?( -T[0-9]{1,2})?|zstd -c( -([1-9]|1[0-9]))?$request_zstd)$"
request_buffer="^mbuffer -v 1 -q( -m ([0-9]{1,9})([kmg%]?))?( -r [0-9]{1,9}[kmgt]?)?$"
request_buffer_mebibytes=256

request_refuse() {
  refusal=$1
  return 1
}

# request_read <text>
request_read() {
  local LC_ALL=C rest=$1 stages=() index=0 before after
  request_verb="" request_paths=() request_filters=() refusal=""
  [[ -n $rest ]] || request_refuse "no command: there is no shell here" || return
  ((${#rest} <= 4096)) || request_refuse "longer than 4096 characters" || return
  [[ ! $rest =~ $request_strange ]] || request_refuse "a character that no request of btrbk has" || return
  while [[ $rest == *" | "* ]]; do
    stages+=("${rest%%" | "*}")
    rest=${rest#*" | "}
  done
  stages+=("$rest")
  if [[ ${stages[index]} =~ $request_decompress ]]; then request_filters+=("${stages[index++]}"); fi
  if [[ ${stages[index]:-} =~ $request_buffer ]]; then
    request_buffer_fits || return
    request_filters+=("${stages[index++]}")
  fi
  before=${#request_filters[@]}
  request_command "${stages[index++]:-}" || return
  if [[ ${stages[index]:-} =~ $request_buffer ]]; then
    request_buffer_fits || return
    request_filters+=("${stages[index++]}")
  fi
  if [[ ${stages[index]:-} =~ $request_compress ]]; then request_filters+=("${stages[index++]}"); fi
  after=$((${#request_filters[@]} - before))
  ((index == ${#stages[@]})) || request_refuse "a second command" || return
  [[ $before == 0 || $request_verb == receive ]] || request_refuse "only receive reads a stream" || return
  [[ $after == 0 || $request_verb == send ]] || request_refuse "only send writes a stream"
}

# The size of mbuffer's memory is the client's choice, and the memory is ours.
request_buffer_fits() {
  local number=$((10#${BASH_REMATCH[2]:-0})) limit=$((request_buffer_mebibytes << 20))
  case ${BASH_REMATCH[3]} in
    k) limit=$((limit >> 10)) ;;
    m) limit=$((limit >> 20)) ;;
    g) limit=$((limit >> 30)) ;;
    %) limit=25 ;;
  esac
  ((number <= limit)) || request_refuse "a stream_buffer_remote of more than ${request_buffer_mebibytes}m or 25%"
}

# request_command <text>: one command without its stream's filters.
request_command() {
  local verb options
  if [[ $1 == "cat /proc/self/mountinfo" ]]; then
    request_verb=mountinfo
    return 0
  fi
  while read -r verb options; do
    if [[ $1 =~ ^$request_root$options\ $request_path$ ]]; then
      request_verb=$verb
      request_take_path "${BASH_REMATCH[-1]}"
      return
    fi
  done <<<"$request_forms"
  if [[ $1 =~ ^${request_root}btrfs\ subvolume\ snapshot\ -r\ $request_path\ $request_path$ ]]; then
    request_verb=snapshot
    request_take_path "${BASH_REMATCH[2]}" && request_take_path "${BASH_REMATCH[3]}"
    return
  fi
  request_send "$1"
}

# The forms with one path: a word for it, and what comes before the path.
request_forms="readlink readlink -v -e
list btrfs subvolume list -a -c -u -q -R
list-readonly btrfs subvolume list -a -r
show-top btrfs subvolume show --rootid=5
show btrfs subvolume show
usage btrfs filesystem usage
receive btrfs receive
delete btrfs subvolume delete
delete-each btrfs subvolume delete --commit-each"

# request_send <text>: parent, clone sources and the snapshot, in that order in request_paths, each with its option.
request_send() {
  local rest option
  if ! [[ $1 =~ ^${request_root}btrfs\ send\ (.*)$ ]]; then
    request_refuse "none of the commands that btrbk asks of a backup target"
    return
  fi
  rest=${BASH_REMATCH[2]}
  while [[ $rest =~ ^(-p|-c)\ $request_path\ (.*)$ ]]; do
    option=${BASH_REMATCH[1]} rest=${BASH_REMATCH[3]}
    [[ $option == -c || ${#request_paths[@]} == 0 ]] || request_refuse "a parent that is not the first" || return
    request_paths+=("$option")
    request_take_path "${BASH_REMATCH[2]}" || return
  done
  [[ $rest =~ ^$request_path$ ]] || request_refuse "not the form in which btrbk sends" || return
  request_verb=send
  request_take_path "${BASH_REMATCH[1]}"
}

# Only receive is asked for with a slash at the end; it is taken away here.
request_take_path() {
  local path=$1
  if [[ $request_verb == receive ]]; then
    [[ $path == */ ]] || request_refuse "receive without a slash at the end" || return
    path=${path%/}
  fi
  [[ $path != *..* ]] || request_refuse "two dots in a path" || return
  [[ $path/ != *//* && $path/ != */./* ]] || request_refuse "a path that is not in its shortest form" || return
  request_paths+=("$path")
}
