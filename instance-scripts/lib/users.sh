# shellcheck shell=bash
# The users of a devbox: `debian`, whose home is the one that is kept, and `ansible` for what the operator automates.
# Their numbers never change, because the backups hold numbers.

users_prepare() {
  body_only_machine "user debian" users_own_first
  body_only_machine "user ansible" users_ensure ansible 1001 /ansible
  users_sudo debian
  users_sudo ansible
  install -d -m 755 "$(body_path /home/debian)"
  body_only_machine "owner of the home" chown 1000:1000 "$(body_path /home/debian)"
}

# The image brings a user of that number under another name: it is renamed.
users_own_first() {
  local entry name group
  entry=$(getent passwd 1000) || {
    users_ensure debian 1000 /home/debian
    return 0
  }
  name=${entry%%:*}
  if [[ $name != debian ]]; then
    if getent passwd debian >/dev/null; then die "this image has a user debian that is not number 1000"; fi
    log info user-renamed from "$name" to debian
    usermod --login debian --home /home/debian --shell /bin/bash "$name"
  fi
  group=$(getent group 1000) || die "this image has no group 1000"
  if [[ ${group%%:*} != debian ]]; then groupmod --new-name debian "${group%%:*}"; fi
}

# users_ensure <name> <number> <home>
users_ensure() {
  local entry
  if entry=$(getent passwd "$1"); then
    [[ $(cut -d: -f3 <<<"$entry") == "$2" ]] || die "this image has a user $1 that is not number $2"
    return 0
  fi
  getent group "$1" >/dev/null || groupadd --gid "$2" "$1"
  # The home of debian may be restored: nothing of a skeleton may stay that was not in it.
  useradd --uid "$2" --gid "$2" --home-dir "$3" --no-create-home --shell /bin/bash "$1"
  if [[ $3 != /home/* ]]; then install -d -m 750 -o "$2" -g "$2" "$3"; fi
}

# users_sudo <name>: the image's rule names the user as it was called before.
users_sudo() {
  local folder
  folder=$(body_path /etc/sudoers.d)
  install -d -m 750 "$folder"
  (umask 337 && printf '%s ALL=(ALL) NOPASSWD:ALL\n' "$1" >"$folder/moonbase-$1.new")
  mv -f "$folder/moonbase-$1.new" "$folder/moonbase-$1"
}

# users_skeleton <home>: what a new user gets, where there is nothing.
users_skeleton() {
  local skeleton
  skeleton=$(body_path /etc/skel)
  install -d -m 755 "$1"
  if [[ -d $skeleton ]]; then cp -R --no-clobber "$skeleton/." "$1/"; fi
  body_only_machine "owner of the home" chown -R -h 1000:1000 "$1"
}

# users_keep_private <home>: everything else keeps the owner and the mode that it had; there may be others' files in a
# home, of containers for example. Links are not followed.
users_keep_private() {
  local folder
  body_only_machine "owner of the home" chown 1000:1000 "$1"
  chmod go-w "$1"
  for folder in "$1/.ssh" "$1/.gnupg"; do
    if [[ ! -d $folder || -L $folder ]]; then continue; fi
    body_only_machine "owner of $folder" chown -R -h 1000:1000 "$folder"
    find "$folder" -xdev -type d -exec chmod 700 {} +
    find "$folder" -xdev -type f -exec chmod go= {} +
  done
}

# Who may log in: the session's key, that of the machine's key pair, and those of the operator's parameter. Not in the home, which is as it was saved.
users_authorize() {
  local folder line keys=()
  local pattern='^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp[0-9]+|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]+={0,2}( [[:print:]]*)?$'
  if [[ -n ${MOONBASE_PUBLIC_KEY:-} ]]; then keys+=("$MOONBASE_PUBLIC_KEY"); fi
  if ! parameter_read ssh_authorized_keys && [[ $AWS_ERROR != ParameterNotFound ]]; then
    log error authorized-keys-unknown error "$AWS_ERROR"
  fi
  # A machine without a key pair has none.
  metadata_look public-keys/0/openssh-key || log error key-pair-unknown
  while IFS= read -r line; do
    if [[ -z $line || $line == "#"* || $line == none ]]; then continue; fi
    if [[ $line =~ $pattern ]]; then keys+=("$line"); else log error authorized-key-malformed; fi
  done <<<"$PARAMETER_VALUE"$'\n'"${METADATA_VALUES[0]:-}"
  folder=$(body_path /etc/ssh/authorized_keys)
  install -d -m 755 "$folder"
  printf '%s\n' "${keys[@]}" >"$folder/debian.new"
  chmod 644 "$folder/debian.new"
  mv -f "$folder/debian.new" "$folder/debian"
  log info keys-authorized keys "${#keys[@]}"
}
