#!/bin/sh
# Marks the first start as complete; start.sh checks for it.
touch "$PGDATA/evenkeel-initialised"
