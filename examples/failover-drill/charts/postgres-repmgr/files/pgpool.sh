#!/bin/bash
# pgpool in front of the members: it follows what repmgr decides and promotes nobody.
set -eu
umask 077
mkdir -p /tmp/pgpool
cp /settings/pgpool.conf /settings/pool_hba.conf /tmp/pgpool/
printf '%s:TEXT%s\n' pgpool "$POOLER_PASSWORD" "$DRILL_USER" "$DRILL_PASSWORD" > /tmp/pgpool/pool_passwd
: > /tmp/pgpool/pcp.conf
exec pgpool -n -f /tmp/pgpool/pgpool.conf -a /tmp/pgpool/pool_hba.conf -F /tmp/pgpool/pcp.conf
