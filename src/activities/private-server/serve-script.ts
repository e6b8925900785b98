/**
 * What the server's container runs, in whatever image brings the server: nothing of that image's own start-up. Told by the environment: DATA, MAJOR, MODE,
 * SOCKETS (a folder of the pod's own), BINARIES (may be empty).
 *
 * Settings come with the command line, which wins over postgresql.auto.conf; the directory's own files are read by nobody. So nothing is archived, fetched,
 * vacuumed, preloaded or replicated, whatever they say, and there is no way in but the Unix socket.
 */
export const serveScript = `set -eu
export LC_ALL=C PATH="\${BINARIES:+$BINARIES:}/usr/lib/postgresql/$MAJOR/bin:$PATH"
case "$(postgres --version)" in
  *" $MAJOR."* | *" $MAJOR") ;;
  *) echo "the image has $(postgres --version), and the volume is of PostgreSQL $MAJOR"; exit 64 ;;
esac

printf 'local all all trust\\n' > "$SOCKETS/pg_hba.conf"
: > "$SOCKETS/pg_ident.conf"
: > "$SOCKETS/postgresql.conf"

set -- -D "$DATA" \\
  -c config_file="$SOCKETS/postgresql.conf" -c hba_file="$SOCKETS/pg_hba.conf" -c ident_file="$SOCKETS/pg_ident.conf" -c external_pid_file= \\
  -c listen_addresses= -c unix_socket_directories="$SOCKETS" -c unix_socket_permissions=0700 -c port=5432 -c ssl=off \\
  -c shared_preload_libraries= -c session_preload_libraries= -c local_preload_libraries= -c jit=off \\
  -c autovacuum=off -c archive_mode=off -c synchronous_standby_names= -c max_logical_replication_workers=0 \\
  -c fsync=on -c full_page_writes=on -c wal_level=replica -c shared_buffers=128MB -c max_files_per_process=500 \\
  -c logging_collector=off -c log_destination=stderr -c lc_messages=C

# In recovery a server wants at least what its log was written with.
if command -v pg_controldata > /dev/null; then
  written() { pg_controldata -D "$DATA" | sed -n "s/^$1 setting: *//p"; }
  for pair in max_connections=max_connections max_worker_processes=max_worker_processes max_wal_senders=max_wal_senders \\
    max_prepared_xacts=max_prepared_transactions max_locks_per_xact=max_locks_per_transaction; do
    value=$(written "\${pair%=*}")
    if [ -n "$value" ]; then set -- "$@" -c "\${pair#*=}=$value"; fi
  done
fi

if [ "$MODE" = standby ]; then
  set -- "$@" -c hot_standby=on -c max_standby_archive_delay=-1 -c max_standby_streaming_delay=-1
  if [ "$MAJOR" -ge 12 ]; then
    set -- "$@" -c primary_conninfo= -c primary_slot_name= -c restore_command= -c archive_cleanup_command= -c recovery_end_command= \\
      -c recovery_target= -c recovery_target_name= -c recovery_target_time= -c recovery_target_xid= -c recovery_target_lsn= \\
      -c recovery_target_timeline=current -c recovery_target_action=pause -c recovery_min_apply_delay=0
  fi
  if [ "$MAJOR" -ge 12 ] && [ "$MAJOR" -le 15 ]; then set -- "$@" -c promote_trigger_file=; fi
else
  set -- "$@" -c default_transaction_read_only=on
fi

# Told to end, it ends its sessions rather than wait for them: what is killed later has to replay its log.
postgres "$@" &
server=$!
trap 'kill -INT "$server"' TERM INT
wait "$server" && status=0 || status=$?
# A signal ends the waiting, not the server.
if kill -0 "$server" 2> /dev/null; then wait "$server" && status=0 || status=$?; fi
exit "$status"
`;
