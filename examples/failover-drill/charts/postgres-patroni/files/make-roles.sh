#!/bin/bash
# Patroni calls it once, with a connection string, when the cluster is made: no standby is there yet to acknowledge a commit.
export PGOPTIONS='-c synchronous_commit=local'
exec psql "$1" -XAtq -v ON_ERROR_STOP=1 -f /config/roles.sql
