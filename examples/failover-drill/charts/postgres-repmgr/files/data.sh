# The data folder: made, cloned from the primary, or wound back to where the primary's history went on.

# A folder that was not made, or cloned, to its end is nothing; without standby.signal it would pass for a primary's.
was() {
  [ ! -f "$UNFINISHED" ] || rm -rf "${PGDATA:?}"
  if [ ! -s "$PGDATA/PG_VERSION" ]; then echo nothing
  elif [ -f "$PGDATA/standby.signal" ]; then echo standby
  else echo primary; fi
}

# The chart's settings, which may change while postgres runs, and who may log in.
write_settings() {
  cp /settings/postgresql.conf "$PGDATA/chart.conf"
  cp /settings/pg_hba.conf "$PGDATA/pg_hba.conf"
  grep -q chart.conf "$PGDATA/postgresql.conf" || echo "include 'chart.conf'" >> "$PGDATA/postgresql.conf"
}

make_cluster() {
  say 'first start: a new cluster'
  touch "$UNFINISHED"
  initdb -D "$PGDATA" -U postgres --encoding=UTF8 --locale=C.UTF-8 --data-checksums --auth-local=trust --auth-host=scram-sha-256 > /dev/null
  write_settings
}

# Roles come before the standbys do: nobody is there yet to acknowledge a commit.
make_roles() {
  PGOPTIONS='-c synchronous_commit=local' psql -XAtq -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d postgres \
    -f /scripts/roles.sql || return 1
  rm "$UNFINISHED"
}

clone_from() {
  say "clone of $1"
  touch "$UNFINISHED"
  rm -rf "${PGDATA:?}"
  repmgr -f "$REPMGR_CONF" -h "$(address_of "$1")" -U repmgr -d repmgr standby clone --fast-checkpoint || return 1
  write_settings
  rm "$UNFINISHED"
}

clone_until_done() {
  local primary=$1
  until [ -n "$primary" ] && clone_from "$primary"; do
    sleep 2
    primary=$(find_primary)
  done
}

follow_at_start() {
  touch "$PGDATA/standby.signal"
  sed -i '/^primary_conninfo/d;/^recovery_target_timeline/d' "$PGDATA/postgresql.auto.conf"
  echo "primary_conninfo = 'host=$(address_of "$1") port=5432 user=repmgr connect_timeout=3 application_name=$POD_NAME'" >> "$PGDATA/postgresql.auto.conf"
}

rewind_to() {
  say "rewind to $1"
  local source="host=$(address_of "$1") port=5432 user=repmgr dbname=postgres connect_timeout=3"
  # until its next checkpoint a promoted server's control file names its old timeline, and pg_rewind sees nothing to do
  psql -XAtq "$source" -c checkpoint || return 1
  rm -f "$PGDATA/postmaster.pid"
  pg_rewind -D "$PGDATA" --source-server="$source" || return 1
  write_settings
  follow_at_start "$1"
}
