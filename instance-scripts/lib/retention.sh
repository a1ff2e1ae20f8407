# shellcheck shell=bash
# The steps of retention. Each dies with one sentence, and nothing is removed from a repository that has something wrong.

# All of the data is read once in so many weeks, which is a quarter of a year.
retention_parts=13

# retention_enter <step>: for people who look, in the log and on the machine's tag.
retention_enter() {
  log info retention-step step "$1"
  tag_itself phase "retention: $1" || log warn phase-not-tagged phase "$1" error "$AWS_ERROR"
}

# Dies unless MOONBASE_KEEP says how many hours, days, weeks and months keep a backup, and one of them does.
retention_policy() {
  local hourly daily weekly monthly
  [[ ${MOONBASE_KEEP:-} =~ ^([0-9]{1,4}\ ){3}[0-9]{1,4}$ ]] || die "nothing was removed: no policy says which backups to keep"
  [[ $MOONBASE_KEEP =~ [1-9] ]] || die "nothing was removed: the policy keeps nothing"
  read -r hourly daily weekly monthly <<<"$MOONBASE_KEEP"
  # Six backups are an hour of a new repository.
  retention_keep=(--keep-last 6 --keep-tag config --keep-hourly "$hourly" --keep-daily "$daily" --keep-weekly "$weekly"
    --keep-monthly "$monthly")
}

# Returns 1 when no box has made a repository yet.
retention_finds_repository() {
  local said status=0
  said=$(restic_scratch)/config
  restic_run "$said" cat config --no-lock || status=$?
  if ((status == 10)); then
    repository_is_blank || die "the repository has lost its config, and something else is there: it is left as it is"
    return 1
  fi
  ((status == 0)) || die "nothing was removed: $(restic_explain "$status" "$said.errors")"
}

# retention_check <what that means> [<option>...]: what restic's check found is in retention_found.
retention_check() {
  local purpose=$1 status=0 why
  shift
  retention_found=$(restic_scratch)/check
  restic_wait_for_locks "$retention_found" check "$@" || status=$?
  if ((status == 0)); then return 0; fi
  why=$(restic_explain "$status" "$retention_found.errors")
  if ((status == 1)) && [[ $why == "restic ended with"* ]]; then
    why="the repository is damaged: $(retention_first_words "$retention_found.errors")"
  fi
  die "$purpose: $why"
}

# restic's last words are about what to do, its first about what is wrong.
retention_first_words() {
  local line
  IFS= read -r line <"$1" || true
  if [[ $line =~ \"message\":\"([^\"\\]*) ]]; then line=${BASH_REMATCH[1]}; fi
  printf '%s' "${line:0:100}"
}

# Which snapshots go, in retention_gone. By restic's own rules, but for what is pinned: those know no id.
retention_plan() {
  local folder plan status=0
  folder=$(restic_scratch)
  parameter_find restic/config_snapshot_id
  restic_do "nothing was removed" "$folder/snapshots" snapshots --no-lock
  restic_do "nothing was removed" "$folder/plan" forget --dry-run --no-lock --host devbox --tag data --group-by host \
    "${retention_keep[@]}"
  plan=$(python3 "$MOONBASE_HOME/lib/retention.py" "${PARAMETER_VALUE:-none}" "$folder/snapshots" "$folder/plan") || status=$?
  if ((status == 65)); then die "nothing was removed: $plan"; fi
  ((status == 0)) || die "nothing was removed: the list of backups cannot be read"
  mapfile -t retention_gone <<<"$plan"
  retention_all=${retention_gone[0]}
  retention_gone=("${retention_gone[@]:1}")
  log info retention-planned snapshots "$retention_all" remove "${#retention_gone[@]}"
}

# Only lists are touched. restic calls it a success when S3 refuses: so what is left is listed.
retention_forget() {
  local folder id
  if ((${#retention_gone[@]} == 0)); then return 0; fi
  folder=$(restic_scratch)
  restic_do "no backup was removed" "$folder/forget" forget "${retention_gone[@]}"
  restic_do "the backups that stay cannot be listed" "$folder/left" snapshots --no-lock
  for id in "${retention_gone[@]}"; do
    if grep -qF "\"id\":\"$id\"" "$folder/left"; then die "S3 does not let backups be removed: ${id:0:8} is still there"; fi
  done
}

# Bounded, because spot may take the machine: what was not repacked is, the next time. Broken off, it leaves data that nobody
# needs, and no hole.
retention_prune() {
  local said
  said=$(restic_scratch)/prune
  restic_do "what only removed backups needed is still there" "$said" prune --max-unused 10% --max-repack-size 2G
  retention_freed="nothing"
  if [[ $(cat "$said") =~ total\ prune:[^/]*/\ ([0-9.]+\ [KMGT]?i?B) ]]; then retention_freed=${BASH_REMATCH[1]}; fi
}

# A part of all data, in turn from week to week, and once more whether everything fits together.
retention_read() {
  local week
  TZ=UTC printf -v week '%(%V)T' -1
  retention_part=$(((10#$week - 1) % retention_parts + 1))/$retention_parts
  retention_check "after old backups were removed" --read-data-subset "$retention_part"
  # Again a success for restic, although S3 refused to delete.
  if grep -q '"suggest_prune":true' "$retention_found"; then
    die "S3 does not let data be removed: what only removed backups needed is still there"
  fi
}

retention_tell() {
  local kept=$((retention_all - ${#retention_gone[@]}))
  # In letters that a tag may have.
  printf 'removed %s of %s backups - kept %s - freed %s - read part %s of the data and found it good\n' \
    "${#retention_gone[@]}" "$retention_all" "$kept" "$retention_freed" "$retention_part"
}
