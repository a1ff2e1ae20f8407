# shellcheck shell=bash
# Which Debian this is: what is fetched from elsewhere is made for one release and one processor.

# debian_release: bookworm for Debian 12, trixie for 13. Returns 1 on everything else.
debian_release() {
  local line
  while IFS= read -r line; do
    case $line in
      VERSION_CODENAME=bookworm | VERSION_CODENAME=trixie)
        printf '%s' "${line#*=}"
        return 0
        ;;
    esac
  done <"$(body_path /etc/os-release)"
  return 1
}

# debian_processor: arm64 or amd64, as Debian calls it.
debian_processor() {
  dpkg --print-architecture
}
