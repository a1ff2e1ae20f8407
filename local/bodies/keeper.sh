#!/usr/bin/env bash
# What an ordinary process needs to pass for a machine: it is up while its machine runs, so it stays when the user data
# has ended well, and it is off when the user data has failed, because that is how our machines end themselves.
set -euo pipefail
bash "$1"
exec sleep infinity
