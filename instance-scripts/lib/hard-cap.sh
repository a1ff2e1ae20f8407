# shellcheck shell=bash

# The last resort, when the control plane and everything else is broken. Unit files instead of a transient timer: they
# outlive a reboot, and Persistent makes up for a cap that passed meanwhile.
cap_runtime() {
  if [[ -z $MOONBASE_HARD_CAP ]]; then
    log warn no-hard-cap because "what cannot be saved is kept for ever"
    return 0
  fi
  unit_write moonbase-hard-cap.service <<'END'
[Unit]
Description=Moonbase: power off at the session's hard cap

[Service]
Type=oneshot
ExecStart=/usr/bin/systemctl poweroff
END
  unit_write moonbase-hard-cap.timer <<END
[Unit]
Description=Moonbase: hard cap of this session

[Timer]
OnCalendar=$MOONBASE_HARD_CAP
AccuracySec=1s
Persistent=true

[Install]
WantedBy=timers.target
END
  body_only_machine "reload of systemd" systemctl daemon-reload
  body_only_machine "hard cap at $MOONBASE_HARD_CAP" systemctl enable --now moonbase-hard-cap.timer
}
