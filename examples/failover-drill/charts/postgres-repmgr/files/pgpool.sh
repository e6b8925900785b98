#!/bin/bash
# pgpool in front of the members: it follows what repmgr decides and promotes nobody.
# Environment: PEERS (all members' names), MEMBERS_DOMAIN, POOLER_PASSWORD, LOGIN_USER, LOGIN_PASSWORD.
set -eu
umask 077
mkdir -p /tmp/pgpool
cp /settings/pgpool.conf /settings/pool_hba.conf /tmp/pgpool/
printf '%s:TEXT%s\n' pgpool "$POOLER_PASSWORD" "$LOGIN_USER" "$LOGIN_PASSWORD" > /tmp/pgpool/pool_passwd
: > /tmp/pgpool/pcp.conf
# a client that comes before pgpool has found its primary makes it take that one for dead, and then it looks for another forever
. /scripts/pgpool-primary.sh
until a_member_is_primary; do sleep 1; done
exec pgpool -n -f /tmp/pgpool/pgpool.conf -a /tmp/pgpool/pool_hba.conf -F /tmp/pgpool/pcp.conf
