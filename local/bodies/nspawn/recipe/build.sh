#!/usr/bin/env bash
# build.sh <target>: the root file system of all bodies, from the Debian archive that this machine itself uses.
set -euo pipefail
umask 022

target=$1
recipe=$(cd "${BASH_SOURCE[0]%/*}" && pwd)

# What starts by itself on Debian and has nothing to do, or nothing to do it with, in a body.
masked=(
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer
  systemd-udevd.service systemd-udev-trigger.service systemd-pstore.service systemd-modules-load.service
  systemd-firstboot.service getty@tty1.service getty-static.service console-getty.service cloud-init-hotplugd.socket
  systemd-networkd-wait-online.service systemd-binfmt.service sys-kernel-config.mount sys-kernel-debug.mount
  sys-kernel-tracing.mount proc-sys-fs-binfmt_misc.automount
)

# shellcheck source=/dev/null
suite=$(source /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
sources=$(mktemp)
trap 'rm -f "$sources"' EXIT
# shellcheck disable=SC2016
apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' >"$sources"
if [[ -z $suite ]] || ! grep -q " $suite " "$sources"; then
  printf 'apt knows no Debian archive for "%s": run apt-get update on a Debian first\n' "$suite" >&2
  exit 1
fi

# Debian 12 is the one whose restic is too old for us, and its backports have none: the next Debian's runs on it as it
# is. Nothing else may come from there.
later=()
if [[ $suite == bookworm ]]; then
  printf 'deb %s trixie main\n' "$(grep -m 1 " $suite main\$" "$sources" | cut -d ' ' -f 2)" >>"$sources"
  pins=$'Package: *\nPin: release n=trixie\nPin-Priority: -1\n\nPackage: restic\nPin: release n=trixie\nPin-Priority: 990\n'
  later=(--setup-hook="printf '%s' '$pins' >\"\$1/etc/apt/preferences.d/restic\"")
fi

packages=$(grep -v '^#' "$recipe/packages.txt" | paste -sd,)
mmdebstrap --mode=root --variant=minbase --quiet --include="$packages" \
  --aptopt='APT::Install-Recommends "false"' "${later[@]}" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  "$suite" "$target" "$sources"

cp -R "$recipe/files/." "$target"
systemctl --root="$target" mask "${masked[@]}" >/dev/null 2>&1
# Each body makes its own.
rm -f "$target"/etc/ssh/ssh_host_* "$target/etc/hostname" "$target/etc/resolv.conf"
# A body has no name server: at this address, where EC2 has one, every question fails at once.
printf 'nameserver 169.254.169.253\n' >"$target/etc/resolv.conf"
