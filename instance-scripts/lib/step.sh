# shellcheck shell=bash
# What every script that bootstrap starts begins with. Such a script gets its session in exported variables
# (MOONBASE_USER, MOONBASE_PUBLIC_KEY, MOONBASE_HARD_CAP, MOONBASE_RESTORE, MOONBASE_KEEP, MOONBASE_TOOLKIT), says what it does on
# stderr and gives its result on stdout.
# shellcheck source=lib/clock.sh
source "$MOONBASE_HOME/lib/clock.sh"
# shellcheck source=lib/log.sh
source "$MOONBASE_HOME/lib/log.sh"
# shellcheck source=lib/failure.sh
source "$MOONBASE_HOME/lib/failure.sh"
# shellcheck source=lib/body.sh
source "$MOONBASE_HOME/lib/body.sh"
# shellcheck source=lib/packages.sh
source "$MOONBASE_HOME/lib/packages.sh"
failure_watch
