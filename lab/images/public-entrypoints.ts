/** Makes a database where there is none, from the official image's variables. A folder of its own: the volume's root belongs to root here. */
export const postgresEntrypoint = `#!/bin/sh
set -eu
export PGDATA=/var/lib/postgresql/data/pgdata
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "\${POSTGRES_PASSWORD:?}"
  printf '%s' "$POSTGRES_PASSWORD" > /tmp/password
  initdb --username="\${POSTGRES_USER:-postgres}" --pwfile=/tmp/password --auth-host=scram-sha-256 --auth-local=trust --encoding=UTF8 --locale=C
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories=/tmp
`;

/** As the server's own: with a wildcard to bind to, others are told this container's address. */
export const temporalEntrypoint = `#!/bin/sh
set -eu
: "\${BIND_ON_IP:=$(hostname -i)}"
: "\${TEMPORAL_BROADCAST_ADDRESS:=$(hostname -i)}"
export BIND_ON_IP TEMPORAL_BROADCAST_ADDRESS
exec temporal-server start
`;

export const uiEntrypoint = '#!/bin/sh\nexec ./ui-server --env docker start\n';
