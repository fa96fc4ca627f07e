#!/bin/sh
# start.sh looks for it: all of the first start is done.
touch "$PGDATA/evenkeel-initialised"
