# shellcheck shell=bash
# One program and what it needs, in name spaces of its own: no network, no other process, nothing to write to but the
# device's subvolume (nosuid, nodev), and of root's capabilities the few that its one job takes. The decision to start
# it may have been wrong: then there is still nothing here that it could reach.

# sandbox_capabilities <job>: sets `capabilities`. Each one is needed: docs/decisions/021 says for what.
sandbox_capabilities() {
  case $1 in
    receive) capabilities=(SYS_ADMIN CHOWN DAC_OVERRIDE FOWNER FSETID MKNOD SETFCAP) ;;
    send) capabilities=(SYS_ADMIN DAC_OVERRIDE FOWNER) ;;
    delete | snapshot | show) capabilities=(SYS_ADMIN DAC_OVERRIDE) ;;
    look) capabilities=(DAC_OVERRIDE) ;;
    *) capabilities=() ;;
  esac
}

# sandbox_run <job> <root, or nothing> <program> [<argument>]...
sandbox_run() {
  local job=$1 root=$2 program capabilities capability folder
  local options=(--unshare-ipc --unshare-pid --unshare-net --unshare-uts --die-with-parent --new-session --clearenv)
  program=$(readlink -e "/usr/bin/$3" || readlink -e "/usr/sbin/$3") || die "$3 is not installed"
  shift 3
  # The program, the libraries, and no other program that could be started by a mistake.
  options+=(--ro-bind "$program" "$program")
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
  bwrap "${options[@]}" --chdir / -- "$program" "$@"
}
