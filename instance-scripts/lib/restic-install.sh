# shellcheck shell=bash
# restic tells by its exit codes what went wrong since 0.17. Debian 12 has an older one, and its backports have none;
# Debian 13's own is new enough.

restic_install() {
  if body_is_process || restic_is_new; then return 0; fi
  # On Debian 13 the pins would shut out all that it is made of.
  if [[ $(debian_release) == bookworm ]]; then restic_sources; fi
  packages_apt restic || return 1
  restic_is_new
}

restic_is_new() {
  local version
  version=$(restic version 2>/dev/null) || return 1
  [[ $version =~ ^restic\ ([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 0 || BASH_REMATCH[2] >= 17))
}

# Debian 13's package needs nothing that Debian 12 lacks. Nothing else may come from there.
restic_sources() {
  local folder
  folder=$(body_path /etc/apt)
  install -d -m 755 "$folder/sources.list.d" "$folder/preferences.d"
  cat >"$folder/sources.list.d/moonbase-restic.sources" <<'END'
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
END
  cat >"$folder/preferences.d/moonbase-restic" <<'END'
Package: *
Pin: release n=trixie
Pin-Priority: -1

Package: restic
Pin: release n=trixie
Pin-Priority: 990
END
}
