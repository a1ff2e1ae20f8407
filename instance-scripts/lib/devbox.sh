# shellcheck shell=bash
# What every script of a devbox needs to reach its repository.
# shellcheck source=lib/metadata.sh
source "$MOONBASE_HOME/lib/metadata.sh"
# shellcheck source=lib/aws.sh
source "$MOONBASE_HOME/lib/aws.sh"
# shellcheck source=lib/tag.sh
source "$MOONBASE_HOME/lib/tag.sh"
# shellcheck source=lib/state.sh
source "$MOONBASE_HOME/lib/state.sh"
# shellcheck source=lib/parameters.sh
source "$MOONBASE_HOME/lib/parameters.sh"
# shellcheck source=lib/debian.sh
source "$MOONBASE_HOME/lib/debian.sh"
# shellcheck source=lib/restic.sh
source "$MOONBASE_HOME/lib/restic.sh"
# shellcheck source=lib/restic-errors.sh
source "$MOONBASE_HOME/lib/restic-errors.sh"
# shellcheck source=lib/restic-install.sh
source "$MOONBASE_HOME/lib/restic-install.sh"
# shellcheck source=lib/repository.sh
source "$MOONBASE_HOME/lib/repository.sh"
# shellcheck source=lib/backup.sh
source "$MOONBASE_HOME/lib/backup.sh"
# shellcheck source=lib/home.sh
source "$MOONBASE_HOME/lib/home.sh"
# shellcheck source=lib/users.sh
source "$MOONBASE_HOME/lib/users.sh"
# shellcheck source=lib/restore.sh
source "$MOONBASE_HOME/lib/restore.sh"
