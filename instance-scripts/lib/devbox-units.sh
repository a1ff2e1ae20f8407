# shellcheck shell=bash
# What runs on a devbox by itself.

devbox_units() {
  unit_every moonbase-backup "back up the home" "$MOONBASE_HOME/devbox/backup" \
    "OnCalendar=*:0/10" "RandomizedDelaySec=60" "Persistent=true"
  unit_every moonbase-assertions "look whether the box is as it should be" "$MOONBASE_HOME/devbox/assertions" "OnBootSec=90"
  unit_every moonbase-tailnet "show whether the box is on its tailnet" "$MOONBASE_HOME/devbox/tailnet" \
    "OnBootSec=60" "OnUnitInactiveSec=60"
  unit_run moonbase-idle "ask for the session's end when nobody works" "$MOONBASE_HOME/devbox/idle" \
    "MOONBASE_USER=debian"
  unit_every moonbase-logs "send what Moonbase wrote into the journal to CloudWatch Logs" "$MOONBASE_HOME/devbox/logs" \
    "OnBootSec=60" "OnUnitInactiveSec=60"
  devbox_motd
}

# What a login is told is made at each login, by the image's own way (pam_motd).
devbox_motd() {
  local folder
  folder=$(body_path /etc/update-motd.d)
  install -d -m 755 "$folder"
  printf '#!/bin/sh\nexec %s/devbox/motd\n' "$MOONBASE_HOME" >"$folder/50-moonbase"
  chmod 755 "$folder/50-moonbase"
}
