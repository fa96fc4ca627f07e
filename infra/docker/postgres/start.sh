#!/bin/sh
# Starts PostgreSQL. A first start that was interrupted leaves a data folder that its image takes for a complete one, and
# would never finish: such a folder is put aside, and the first start begins again. Nothing can have been stored in it.
set -eu
if [ -e "$PGDATA" ] && [ ! -e "$PGDATA/evenkeel-initialised" ]; then
  aside="$PGDATA.interrupted-$(date +%s)"
  echo "The first start was interrupted; its data folder is now $aside." >&2
  mv "$PGDATA" "$aside"
fi
# The entrypoint wants a password for a first start and leaves it in the server's environment, also when it comes from a
# file. It gets one that nobody will need: init/10-roles.sh sets the superuser's.
POSTGRES_PASSWORD=$(cat /proc/sys/kernel/random/uuid)
export POSTGRES_PASSWORD
# Without DETAIL in the log, which has the values of the row that a constraint refused: an email, for one.
exec docker-entrypoint.sh postgres -c log_error_verbosity=terse "$@"
