# What a member does while it runs. Leaving as process 1 ends every process of the container at once, also frozen ones; then the container starts again.

ask_self() { timeout 3 psql -XAtq -h /run/postgresql -U postgres -d postgres -c "$1" 2> /dev/null; }

stop() {
  say 'stops'
  kill $repmgrd 2> /dev/null
  pg_isready -q -h /run/postgresql -t 2
  [ $? != 2 ] || { say 'postgres does not answer'; exit 1; }
  pg_ctl -D "$PGDATA" -m fast -w -t 20 stop
  exit 0
}

reload_changed_settings() {
  cmp -s /settings/postgresql.conf "$PGDATA/chart.conf" && return
  cp /settings/postgresql.conf "$PGDATA/chart.conf"
  pg_ctl -D "$PGDATA" reload
  say 'settings reloaded'
}

# A primary that was cut off, or frozen for a moment, and finds that another one was promoted meanwhile.
leave_if_superseded() {
  local other mine theirs
  other=$(find_primary)
  [ -n "$other" ] || return
  mine=$(ask_self "$own_timeline")
  theirs=$(timeline_of "$other")
  [ "${theirs:-0}" -gt "${mine:-0}" ] || return
  say "$other is primary on timeline $theirs, this one on ${mine:-?}: leaves"
  exit 1
}

# A standby that started while the primary changed hangs on the old one, as a cascade, or on nobody.
misses=0
follow_the_primary() {
  local upstream primary
  primary=$(find_primary)
  upstream=$(ask_self "select sender_host from pg_stat_wal_receiver where status = 'streaming'")
  if [ -z "$primary" ] || [ "${upstream%%.*}" = "$primary" ]; then misses=0; return; fi
  misses=$((misses + 1))
  say "streams from ${upstream:-nobody}, primary is $primary ($misses)"
  # once may be a failover that repmgrd is at work on
  [ $misses != 2 ] || timeout 60 repmgr -f "$REPMGR_CONF" standby follow 2>&1
  [ $misses -lt 6 ] || { say 'cannot follow: starts anew'; exit 1; }
}

watch() {
  local second=0
  while :; do
    sleep 1 &
    wait $!
    second=$((second + 1))
    kill -0 $postgres 2> /dev/null || { say 'postgres is gone'; exit 1; }
    kill -0 $repmgrd 2> /dev/null || { say 'repmgrd is gone'; start_repmgrd; }
    reload_changed_settings
    if [ ! -f "$PGDATA/standby.signal" ]; then
      [ "$FENCE" != true ] || [ $((second % 2)) != 0 ] || leave_if_superseded
    elif [ $((second % 10)) = 0 ]; then follow_the_primary; fi
  done
}
