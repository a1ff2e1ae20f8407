# shellcheck shell=bash
# One program and what it needs, in name spaces of its own: no network, no other process, nothing to write to but the
# device's subvolume (nosuid, nodev), and of root's capabilities the few that its one job takes. The decision to start
# it may have been wrong: then there is still nothing here that it could reach.

# sandbox_capabilities <job>: sets `capabilities`. Each one is needed: docs/decisions/021 says for what.
sandbox_capabilities() {
  case $1 in
    receive) capabilities=(SYS_ADMIN CHOWN DAC_OVERRIDE FOWNER FSETID MKNOD SETFCAP) ;;
    send) capabilities=(SYS_ADMIN DAC_OVERRIDE FOWNER) ;;
    snapshot) capabilities=(DAC_OVERRIDE FOWNER) ;;
    delete | show) capabilities=(SYS_ADMIN DAC_OVERRIDE) ;;
    look) capabilities=(DAC_OVERRIDE) ;;
    *) capabilities=() ;;
  esac
}

# sandbox_calls <job>: sets `calls`, the file of what the job may ask of the kernel. Made once, by root for root.
sandbox_calls() {
  local fresh
  calls=${MOONBASE_ROOT:-}/run/moonbase-btrbk/$1.seccomp
  if [[ -s $calls ]]; then return; fi
  install -d -m 700 "${calls%/*}"
  fresh=$calls.$BASHPID
  python3 -I -S "$MOONBASE_HOME/lib/btrbk-seccomp.py" "$1" >"$fresh"
  mv "$fresh" "$calls"
}

# Ubuntu confines what /usr/bin/bwrap starts with an AppArmor profile that denies every capability: right for what users
# start, and btrfs could do nothing. The profile goes by the path, so root has a copy that nobody else may start.
sandbox_bwrap=${MOONBASE_ROOT:-}/usr/local/libexec/moonbase-bwrap

sandbox_maker() {
  local fresh=$sandbox_bwrap.$BASHPID
  if [[ -x $sandbox_bwrap && ! /usr/bin/bwrap -nt "$sandbox_bwrap" ]]; then return; fi
  install -d -m 755 "${sandbox_bwrap%/*}"
  install -m 700 /usr/bin/bwrap "$fresh"
  mv "$fresh" "$sandbox_bwrap"
}

# sandbox_run <job> <root, or nothing> <program> [<argument>]...
sandbox_run() {
  local job=$1 root=$2 program capabilities capability folder calls descriptor status=0
  local options=(--unshare-ipc --unshare-pid --unshare-net --unshare-uts --die-with-parent --new-session --clearenv)
  program=/usr/bin/$3
  [[ -x $program ]] || die "$3 is not installed"
  shift 3
  # The program, the libraries, and no other program that could be started by a mistake.
  options+=(--ro-bind "$(readlink -e "$program")" "$program")
  for folder in "/usr/lib/$(uname -m)-linux-gnu" /usr/lib/ld-linux-* /usr/lib64; do
    if [[ -e $folder ]]; then options+=(--ro-bind "$folder" "$folder"); fi
  done
  for folder in lib lib64 bin sbin; do
    if [[ -L /$folder ]]; then options+=(--symlink "usr/$folder" "/$folder"); fi
  done
  # A stream may hold a link to /proc/sys, and receive follows it as root.
  options+=(--proc /proc --remount-ro /proc)
  case $job in
    receive | delete | snapshot | mountinfo) options+=(--bind "$root" "$root") ;;
    look)
      options+=(--ro-bind "$root" "$root" --ro-bind "$MOONBASE_HOME/lib/subvolumes.py" /subvolumes.py)
      for folder in /usr/lib/python3*; do options+=(--ro-bind "$folder" "$folder"); done
      ;;
    filter) ;;
    *) options+=(--ro-bind "$root" "$root") ;;
  esac
  sandbox_capabilities "$job"
  options+=(--remount-ro / --cap-drop ALL)
  for capability in "${capabilities[@]}"; do options+=(--cap-add "CAP_$capability"); done
  sandbox_calls "$job"
  sandbox_maker
  exec {descriptor}<"$calls"
  "$sandbox_bwrap" "${options[@]}" --seccomp "$descriptor" --chdir / -- "$program" "$@" || status=$?
  exec {descriptor}<&-
  return "$status"
}
