#!/bin/sh
# Starts PostgreSQL. An interrupted first start leaves a data folder that the image treats as complete and never
# finishes. Such a folder is moved aside and the first start runs again. No data is lost: none was stored yet.
set -eu
if [ -e "$PGDATA" ] && [ ! -e "$PGDATA/evenkeel-initialised" ]; then
  aside="$PGDATA.interrupted-$(date +%s)"
  echo "The first start was interrupted; its data folder is now $aside." >&2
  mv "$PGDATA" "$aside"
fi
# The entrypoint requires a password for a first start and leaves it in the server's environment, even if it comes from
# a file. It gets a random one that is never used: init/10-roles.sh sets the superuser's password.
POSTGRES_PASSWORD=$(cat /proc/sys/kernel/random/uuid)
export POSTGRES_PASSWORD
# Keeps DETAIL out of the log, which has the values of rows that violate a constraint, such as emails.
exec docker-entrypoint.sh postgres -c log_error_verbosity=terse "$@"
