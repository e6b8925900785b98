# One server of two: pg-0 is the primary, pg-1 streams from it. Nothing manages them: they never change places.
set -euo pipefail
data=/data/pgdata
if [ "$POD_NAME" = pg-0 ]; then
  if [ ! -e "$data/PG_VERSION" ]; then
    initdb -D "$data" -U postgres -A trust --data-checksums -E UTF8 --locale C.UTF-8 > /dev/null
    printf '%s\n' 'local all all trust' 'host replication replication 0.0.0.0/0 scram-sha-256' 'host all all 0.0.0.0/0 scram-sha-256' > "$data/pg_hba.conf"
    pg_ctl -D "$data" -w -o "-c listen_addresses= -c unix_socket_directories=/tmp" start > /dev/null
    psql -h /tmp -U postgres -XAtq -v ON_ERROR_STOP=1 <<- 'SQL'
	\getenv user LOGIN_USER
	\getenv password LOGIN_PASSWORD
	create role :"user" login createdb password :'password';
	grant pg_monitor to :"user";
	create role replication login replication password :'password';
	SQL
    pg_ctl -D "$data" -w stop > /dev/null
  fi
else
  export PGPASSWORD=$LOGIN_PASSWORD
  until pg_isready -q -h pg-0.pg; do sleep 0.3; done
  [ -e "$data/PG_VERSION" ] || pg_basebackup -h pg-0.pg -U replication -D "$data" -R -X stream -c fast
fi
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c shared_buffers=64MB -c max_connections=200 -c wal_keep_size=256MB
