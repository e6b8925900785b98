# Makes the database's directory when there is none, then serves it. What was not made to its end is made anew.
set -eu
export PGDATA=/data/pgdata
making=$PGDATA.making

make_directory() {
  rm -rf "$making"
  printf %s "$ADMIN_PASSWORD" > /tmp/admin-password
  initdb -D "$making" -U postgres --pwfile=/tmp/admin-password --auth-local=trust --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  rm /tmp/admin-password
  echo 'host all all all scram-sha-256' >> "$making/pg_hba.conf"
  pg_ctl -D "$making" -w -o "-c listen_addresses='' -c unix_socket_directories=/tmp" start
  psql -XAtq -v ON_ERROR_STOP=1 -h /tmp -U postgres -d postgres << 'SQL'
\getenv database DATABASE
\getenv user DATABASE_USER
\getenv password DATABASE_PASSWORD
select format('create role %I login', :'user') where :'user' <> 'postgres' \gexec
alter role :"user" password :'password';
select format('create database %I owner %I', :'database', :'user') where :'database' <> 'postgres' \gexec
SQL
  pg_ctl -D "$making" -w -m fast stop
  mv "$making" "$PGDATA"
}

[ -s "$PGDATA/PG_VERSION" ] || make_directory
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp -c max_connections=100 -c shared_buffers=128MB -c max_wal_size=2GB -c timezone=UTC
