# shellcheck shell=bash
# What the commands that run on a backup target begin with.
MOONBASE_HOME=$(cd -P "${BASH_SOURCE[0]%/*}/.." && pwd)
export MOONBASE_HOME
# shellcheck source=lib/step.sh
source "$MOONBASE_HOME/lib/step.sh"
# shellcheck source=lib/devices.sh
source "$MOONBASE_HOME/lib/devices.sh"
# shellcheck source=lib/device-quota.sh
source "$MOONBASE_HOME/lib/device-quota.sh"
if ((EUID != 0)); then die "this needs root"; fi
