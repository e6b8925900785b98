# Questions about who takes writes, in the pooler's pod.
takes_writes() {
  local host=$1
  [ "$(PGCONNECT_TIMEOUT=2 PGPASSWORD=$POOLER_PASSWORD timeout 3 psql -XAtq -h "$host" -U pgpool -d postgres -c 'select pg_is_in_recovery()' 2> /dev/null)" = f ]
}

a_member_is_primary() {
  local peer
  for peer in $PEERS; do ! takes_writes "$peer.$MEMBERS_DOMAIN" || return 0; done
  return 1
}
