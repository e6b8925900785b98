# Writes a row at a time through the Service and asks each member what it is, a line for each on standard output:
#   SECONDS ack ID | SECONDS failed ID | SECONDS member NAME t|f|?      (t: in recovery)
# A gauge for charts, not a ledger: it tries again only when an attempt has ended, and an attempt that takes longer than a second is a failed one.
export PGCONNECT_TIMEOUT=2
ask() { timeout 1 psql -XAtq -v ON_ERROR_STOP=1 "$@" 2> /dev/null; }

until ask -c 'create table if not exists writes (id bigint primary key)'; do sleep 0.5; done
for member in $MEMBERS; do
  while :; do
    answer=$(ask -h "$member.pg-members" -c 'select pg_is_in_recovery()')
    echo "$EPOCHREALTIME member $member ${answer:-?}"
    sleep 0.2
  done &
done
id=$(ask -c 'select coalesce(max(id), 0) from writes')
while :; do
  id=$((id + 1))
  if ask -c "insert into writes values ($id)"; then echo "$EPOCHREALTIME ack $id"; else echo "$EPOCHREALTIME failed $id"; fi
  sleep 0.05
done
