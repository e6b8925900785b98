#!/bin/bash
# A member: decides at its start what it is, then runs postgres and repmgrd until one of them is gone for good.
# Environment: POD_NAME, PEERS (all members' names), MEMBERS_DOMAIN, FENCE, *_SECONDS, REPMGR_RECONNECT_ATTEMPTS, passwords.
set -u
export PGDATA=/data/pgdata UNFINISHED=/data/unfinished PGPASSFILE=/tmp/pgpass PGCONNECT_TIMEOUT=3 REPMGR_CONF=/tmp/repmgr.conf HOME=/tmp
say() { echo "$(date -u +%T) member: $*"; }
. /scripts/peers.sh
. /scripts/data.sh
. /scripts/watch.sh

write_own_files() {
  (umask 077 && echo "*:*:*:repmgr:$REPMGR_PASSWORD" > "$PGPASSFILE")
  cat > "$REPMGR_CONF" << CONFIGURATION
node_id=$((${POD_NAME##*-} + 1))
node_name='$POD_NAME'
conninfo='host=$(address_of "$POD_NAME") port=5432 user=repmgr dbname=repmgr connect_timeout=3 application_name=$POD_NAME'
data_directory='$PGDATA'
pg_bindir='/usr/lib/postgresql/15/bin'
failover=automatic
promote_command='repmgr standby promote -f $REPMGR_CONF'
follow_command='repmgr standby follow -f $REPMGR_CONF --upstream-node-id=%n'
monitor_interval_secs=$REPMGR_MONITOR_SECONDS
reconnect_attempts=$REPMGR_RECONNECT_ATTEMPTS
reconnect_interval=$REPMGR_RECONNECT_SECONDS
CONFIGURATION
}

start_postgres() {
  rm -f "$PGDATA/postmaster.pid"
  postgres -D "$PGDATA" 2>&1 &
  postgres=$!
  until pg_isready -q -h /run/postgresql; do
    kill -0 $postgres 2> /dev/null || { say 'postgres does not start'; exit 1; }
    sleep 0.2
  done
}

start_repmgrd() {
  rm -f /tmp/repmgrd.pid
  repmgrd -f "$REPMGR_CONF" --daemonize=false --pid-file=/tmp/repmgrd.pid 2>&1 &
  repmgrd=$!
}

# Leaves in `primary` the member to follow; empty: this one is primary itself.
prepare_data() {
  local before=$(was)
  primary=$(find_primary)
  say "was $before, sees primary ${primary:-none}"
  if [ -z "$primary" ]; then
    case $before in
      # the others may be about to promote one of them
      primary) primary=$(wait_for_primary "$PRIMARY_WAIT_SECONDS") ;;
      # the first member makes the cluster, but never beside one whose primary is just away
      nothing) { [ "${POD_NAME##*-}" = 0 ] && ! any_peer_answers; } || primary=$(wait_for_primary -1) ;;
    esac
  fi
  case $before/${primary:+found} in
    nothing/found) clone_until_done "$primary" ;;
    nothing/) make_cluster ;;
    primary/found) rewind_to "$primary" || clone_until_done "$primary" ;;
    standby/found) write_settings && follow_at_start "$primary" ;;
    */) write_settings ;;
  esac
}

is_streaming() { [ "$(ask_self 'select status from pg_stat_wal_receiver')" = streaming ]; }

# A standby that ran ahead on the old timeline never streams from the new primary.
clone_unless_streaming() {
  local try
  for try in $(seq 20); do ! is_streaming || return 0; sleep 1; done
  say "does not stream from $primary"
  pg_ctl -D "$PGDATA" -m immediate -w stop
  wait $postgres
  clone_until_done "$primary"
  start_postgres
}

register() {
  local try role=standby
  [ -f "$PGDATA/standby.signal" ] || role=primary
  for try in $(seq 30); do ! repmgr -f "$REPMGR_CONF" $role register --force 2>&1 || return 0; sleep 2; done
  say 'could not register'
  exit 1
}

write_own_files
before=$(was)
prepare_data
start_postgres
[ "$before/$primary" != nothing/ ] || make_roles || { say 'could not make the roles'; exit 1; }
[ -z "$primary" ] || clone_unless_streaming
register
start_repmgrd
say "runs: postgres $postgres, repmgrd $repmgrd"
touch /tmp/started
trap stop TERM INT
watch
