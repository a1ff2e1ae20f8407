#!/usr/bin/env bash
# Measures the backup target's filter beside its yardsticks, in name spaces of their own: backup-target.bash FOLDER. Prints a
# line a figure: its name, ours and the yardstick, medians in microseconds.
# shellcheck disable=SC2317 # Functions are measured by name.
set -euo pipefail
export BATS_FILE_TMPDIR=$1 TARGET_MEBIBYTES=4000
# shellcheck source=/dev/null
source "${BASH_SOURCE[0]%/*}/../scripts/fixture/target.bash"
skip() { echo "$*" >&2 && exit 65; }
rounds=100
mine=$volume/backups/alpha theirs=$volume/backups/beta

# timed <command>...: its microseconds, in `took`.
timed() {
  local start=$EPOCHREALTIME end
  "$@" >/dev/null 2>&1 </dev/null || true
  end=$EPOCHREALTIME
  took=$((${end/./} - ${start/./}))
}

median() {
  sort -n | sed -n "$((($1 + 1) / 2))p"
}

# beside <name> <rounds> <ours> <yardstick>: functions, in turn, so that both have the same weather.
beside() {
  local name=$1 count=$2 round
  : >"$BATS_FILE_TMPDIR/ours" && : >"$BATS_FILE_TMPDIR/yardstick"
  for ((round = 0; round < count; round++)); do
    timed "$3" && echo "$took" >>"$BATS_FILE_TMPDIR/ours"
    timed "$4" && echo "$took" >>"$BATS_FILE_TMPDIR/yardstick"
  done
  printf '%s %s %s\n' "$name" "$(median "$count" <"$BATS_FILE_TMPDIR/ours")" "$(median "$count" <"$BATS_FILE_TMPDIR/yardstick")"
}

# What runs inside: this file again, with the target's mounts.
if [[ ${2:-} == inside ]]; then
  export SSH_ORIGINAL_COMMAND
  stock() { /usr/share/btrbk/scripts/ssh_filter_btrbk.sh "$@" --source --target --delete --info --restrict-path "$mine"; }
  stock_with_log() { stock --log; }
  stock_without_log() { stock; }
  # The filter alone: in place of the session there is a program that does nothing.
  cp -R "$scripts" "$BATS_FILE_TMPDIR/scripts"
  ln -sf /bin/true "$BATS_FILE_TMPDIR/scripts/backup-target/btrbk-session"
  decide() { "$BATS_FILE_TMPDIR/scripts/backup-target/btrbk-ssh" --root "$mine" --mount "$volume" --allow send,delete; }
  whole() { setpriv --reuid btrbk --regid btrbk --clear-groups "$scripts/backup-target/btrbk-ssh" --root "$mine" --mount "$volume" --allow send,delete; }
  SSH_ORIGINAL_COMMAND="btrfs subvolume show '/etc'; id"
  beside refused "$rounds" decide stock_with_log
  beside refused-unlogged "$rounds" decide stock_without_log
  SSH_ORIGINAL_COMMAND="readlink -v -e '$mine'"
  beside accepted "$rounds" decide stock_with_log
  beside accepted-unlogged "$rounds" decide stock_without_log
  beside confined "$rounds" whole stock_with_log
  clean() {
    local path
    for path in "$theirs"/*; do
      if [[ -e $path ]]; then btrfs subvolume delete --commit-each "$path" >/dev/null; fi
    done
    btrfs subvolume sync "$volume" >/dev/null && sync
  }
  key() { SSH_ORIGINAL_COMMAND=$2 "$scripts/backup-target/btrbk-ssh" --root "$1" --mount "$volume" --allow send; }
  piped() { key "$mine" "btrfs send '$mine/s'" | key "$theirs" "btrfs receive '$theirs/'"; }
  bare() { btrfs send -q "$mine/s" | btrfs receive -q "$theirs"; }
  for round in 1 2 3 4 5; do
    for way in piped bare; do
      clean
      timed "$way"
      if [[ ! -e $theirs/s/6 ]]; then echo "nothing came through: $way" >&2 && exit 1; fi
      echo "$took" >>"$BATS_FILE_TMPDIR/$way"
    done
  done
  printf 'stream %s %s\n' "$(median 5 <"$BATS_FILE_TMPDIR/piped")" "$(median 5 <"$BATS_FILE_TMPDIR/bare")"
  exit 0
fi

trap target_stop EXIT
target_start
device_make alpha 1
device_make beta 2
on_target bash -euc 'cd "$1/alpha/data" && for number in $(seq 12); do head -c 50M /dev/urandom >"$number"; done
  for number in $(seq 2000); do head -c 5000 /dev/urandom >"small $number"; done
  btrfs subvolume snapshot -r . ../s && btrfs send -q ../s | btrfs receive -q "$2"' - "$laptop" "$mine" >/dev/null
on_target bash "$project/test/bench/backup-target.bash" "$1" inside
