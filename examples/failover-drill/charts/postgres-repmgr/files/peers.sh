# Who among the other members is primary: questions to all of them, never to repmgr's own records, which a dead primary does not correct.

address_of() { echo "$1.$MEMBERS_DOMAIN"; }

# The timeline that a member writes to; 0 of a standby. Not pg_control_checkpoint(): after a promotion it names the old one until the next checkpoint.
own_timeline="select case when pg_is_in_recovery() then 0 else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end"

# Fails when nobody answers.
timeline_of() {
  PGCONNECT_TIMEOUT=2 timeout 4 psql -XAtq -h "$(address_of "$1")" -U repmgr -d postgres -c "$own_timeline" 2> /dev/null
}

# Of several primaries the one on the highest timeline: it was promoted last.
find_primary() {
  local peer timeline best='' highest=0
  for peer in $PEERS; do
    [ "$peer" = "$POD_NAME" ] && continue
    timeline=$(timeline_of "$peer") || continue
    if [ "${timeline:-0}" -gt "$highest" ]; then highest=$timeline best=$peer; fi
  done
  echo "$best"
}

any_peer_answers() {
  local peer
  for peer in $PEERS; do [ "$peer" = "$POD_NAME" ] || ! timeline_of "$peer" > /dev/null || return 0; done
  return 1
}

wait_for_primary() {
  local seconds=$1 primary=''
  while [ "$seconds" != 0 ]; do
    primary=$(find_primary)
    [ -z "$primary" ] || break
    sleep 1
    seconds=$((seconds - 1)) # from -1 on there is no end
  done
  echo "$primary"
}
