# shellcheck shell=bash
# Whether a snapshot is in the repository, without the start of another restic, which takes as long as a small backup. restic
# names every file of a repository by the SHA-256 of its bytes, and keeps what it has written of snapshots, indexes and
# trees in its cache. So what S3 gives for the names of what is new there is all of it, to the last bit, or it is not.

# More than this is left to restic itself, which needs no room for it.
snapshot_most_bytes=16000000

# snapshot_is_whole <id> <how many trees are new> <a file from before the backup>: the snapshot, its index and its trees, of
# which the root is one. Returns 1 when that is not so, and when nobody can tell.
snapshot_is_whole() {
  local cache folder bytes path paths=() indexes=0 packs=0 size=0 status=0
  cache=$(restic_cache)
  while read -r bytes path; do
    # The first part is the repository's own id; S3 has no folders for snapshots and indexes.
    case $path in
      */snapshots/??/"$1") paths+=("snapshots/$1") ;;
      */snapshots/*) continue ;;
      */index/*) paths+=("index/${path##*/}") indexes=$((indexes + 1)) ;;
      */data/*) paths+=("${path#*/}") packs=$((packs + 1)) ;;
      *) continue ;;
    esac
    size=$((size + bytes))
  done < <(find "$cache" -newer "$3" -type f -regextype posix-extended -regex '.*/[0-9a-f]{64}' -printf '%s %P\n' 2>/dev/null)
  if [[ " ${paths[*]} " != *" snapshots/$1 "* ]] || ((size > snapshot_most_bytes)); then return 1; fi
  # A home in which nothing changed has the trees of the snapshot before.
  if (($2 > 0 && (indexes == 0 || packs == 0))); then return 1; fi
  folder=$(restic_scratch)/read-back
  mkdir -p "$folder"
  repository_read "$folder" "${paths[@]}" && snapshot_sums "${paths[@]}" | (cd "$folder" && sha256sum --check --strict --status) || status=1
  rm -rf "$folder"
  return "$status"
}

# snapshot_sums <path>...: what sha256sum checks.
snapshot_sums() {
  local path
  for path in "$@"; do printf '%s  %s\n' "${path##*/}" "${path##*/}"; done
}
