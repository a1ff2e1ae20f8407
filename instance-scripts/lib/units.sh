# shellcheck shell=bash
# Our own units of systemd. They are files and enabled, so that they outlive a reboot, when nothing else of ours runs.

# unit_write <name>: the unit is on stdin.
unit_write() {
  local folder
  folder=$(body_path /etc/systemd/system)
  install -d -m 755 "$folder"
  cat >"$folder/$1"
}

# unit_run <name> <purpose> <program> <NAME=value>...: a service that is up as long as the machine. It is started again
# however often it ends, and after a failure of the network too.
unit_run() {
  local name=$1 purpose=$2 program=$3
  shift 3
  unit_write "$name.service" <<END
[Unit]
Description=Moonbase: $purpose
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=$program
$(if (($# > 0)); then printf 'Environment=%s\n' "$@"; fi)
Restart=always
RestartSec=5

[Install]
WantedBy=multi-user.target
END
  # This reloads systemd by itself.
  body_only_machine "service: $purpose" systemctl enable --now "$name.service"
}

# unit_every <name> <purpose> <program> <line of a timer>...: never two at a time, because a timer does not start what runs.
unit_every() {
  local name=$1 purpose=$2 program=$3
  shift 3
  unit_write "$name.service" <<END
[Unit]
Description=Moonbase: $purpose
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart=$program
END
  unit_write "$name.timer" <<END
[Unit]
Description=Moonbase: $purpose

[Timer]
$(printf '%s\n' "$@")

[Install]
WantedBy=timers.target
END
  body_only_machine "timer: $purpose" systemctl enable --now "$name.timer"
}

# The same for every blueprint, and before ready: a machine that hears no orders would keep what it should save.
unit_follow_orders() {
  unit_run moonbase-orders "carry out what the control plane wants" "$MOONBASE_HOME/orders" \
    "MOONBASE_BLUEPRINT=$1" "MOONBASE_USER=$MOONBASE_USER"
}
