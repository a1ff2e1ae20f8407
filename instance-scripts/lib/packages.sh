# shellcheck shell=bash
# Packages, from the two places an Ubuntu LTS image can get them without adding a repository or a key.

# First boot has other users of the package lock (unattended-upgrades): wait for it, but not for ever.
packages_apt() {
  local limit=${MOONBASE_TOOL_TIMEOUT_SECONDS:-600} options
  options=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 --quiet --yes)
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
  body_only_machine "apt-get update" timeout "$limit" apt-get "${options[@]}" update >&2
  body_only_machine "apt-get install $*" timeout "$limit" apt-get "${options[@]}" install "$@" >&2
}

# packages_file <file>: a package that is in no repository.
packages_file() {
  local limit=${MOONBASE_TOOL_TIMEOUT_SECONDS:-600}
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
  timeout "$limit" apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --quiet --yes install "$1" >&2
}

# Classic confinement: these tools work on the user's own files.
packages_snap() {
  local limit=${MOONBASE_TOOL_TIMEOUT_SECONDS:-600}
  body_only_machine "first start of snapd" timeout "$limit" snap wait system seed.loaded >&2
  body_only_machine "snap install $1" timeout "$limit" snap install --classic "$1" >&2
}

# Already there, or installed earlier.
packages_has() {
  ! body_is_process && command -v "$1" >/dev/null
}
