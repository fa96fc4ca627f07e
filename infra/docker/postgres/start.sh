#!/bin/sh
# Starts PostgreSQL. A first start that was interrupted leaves a data folder that its image takes for a complete one, and
# would never finish: such a folder is put aside, and the first start begins again. Nothing can have been stored in it.
set -eu
if [ -e "$PGDATA" ] && [ ! -e "$PGDATA/evenkeel-initialised" ]; then
  aside="$PGDATA.interrupted-$(date +%s)"
  echo "The first start was interrupted; its data folder is now $aside." >&2
  mv "$PGDATA" "$aside"
fi
exec docker-entrypoint.sh postgres "$@"
