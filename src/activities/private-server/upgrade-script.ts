/**
 * What the upgrade's container runs, in an image with the programs of both versions. Told by the environment: ACT (upgrade, revert, look, drop), VOLUME, DATA and FROM
 * (the old directory and its major), NEW_DATA and TO, OLD_BIN and NEW_BIN (may be empty), SOCKETS. Answers with a line of the copier's protocol.
 *
 * Where it is stands in `rehelm-upgrade/phase` on the volume, so that another pod goes on from there: init and check (the old directory is as it was), link
 * (the old one lacks its control file's name, its contents are as they were), aside and place (it is moved away, the new one to its place), done; clear and
 * restore on the way back. A directory that is not whole has no folder `global`, and no server starts on it: that goes first and comes last.
 */
export const upgradeScript = `set -eu
export LC_ALL=C
STATE="$VOLUME/rehelm-upgrade"
OLD_BIN="\${OLD_BIN:-/usr/lib/postgresql/$FROM/bin}"
NEW_BIN="\${NEW_BIN:-/usr/lib/postgresql/$TO/bin}"

plain() { tr '\\n"\\\\\\\\\\t\\r' "    " | cut -c1-1500; }
refuse() { printf '{"failure":{"type":"%s","message":"%s"}}\\n' "$1" "$(printf '%s' "$2" | plain)"; exit 1; }
answer() { printf '{"result":{"phase":"%s"}}\\n' "$1"; exit 0; }
phase() { printf '%s\\n' "$1" > "$STATE/phase.new"; sync "$STATE/phase.new" 2> /dev/null || sync; mv "$STATE/phase.new" "$STATE/phase"; echo "phase: $1"; }
version() { cat "$1/PG_VERSION" 2> /dev/null || echo missing; }
current() { cat "$STATE/phase" 2> /dev/null || echo none; }
sum() { sha256sum < "$1/global/pg_control"; }

one() { if [ -e "$1/$3" ]; then mv "$1/$3" "$2/"; fi; }
# All of a directory but our own notes, which may lie in it.
move() {
  mkdir -p "$2"; chmod 700 "$2"
  if [ "$3" = first ]; then one "$1" "$2" global; fi
  for path in "$1"/* "$1"/.[!.]*; do
    case "\${path##*/}" in rehelm-upgrade | lost+found | global | '*' | '.[!.]*') ;; *) mv "$path" "$2/" ;; esac
  done
  if [ "$3" = last ]; then one "$1" "$2" global; fi
}

# Until the new server is started, the files that both share are the old one's, unchanged.
unlink_new() {
  if [ ! -e "$DATA/global/pg_control" ] && [ -e "$DATA/global/pg_control.old" ]; then mv "$DATA/global/pg_control.old" "$DATA/global/pg_control"; fi
  rm -f "$DATA/postmaster.pid"
  rm -rf "$STATE/new"
}

settings="-c config_file=$SOCKETS/postgresql.conf -c hba_file=$SOCKETS/pg_hba.conf -c ident_file=$SOCKETS/pg_ident.conf -c external_pid_file= \\
-c shared_preload_libraries= -c session_preload_libraries= -c local_preload_libraries= -c archive_mode=off -c max_logical_replication_workers=0 \\
-c ssl=off -c shared_buffers=128MB -c logging_collector=off -c log_destination=stderr -c lc_messages=C"
single() { printf '%s\\n' "$1" | "$OLD_BIN/postgres" --single -D "$DATA" $settings template1 2>&1; }
value() { printf '%s\\n' "$known" | sed -n "s/.*[0-9]: $1 = \\"\\([^\\"]*\\)\\".*/\\1/p" | head -n 1; }
stamps() { grep -q pg_attver "$1/postgres"; }
control() { "$OLD_BIN/pg_controldata" -D "$DATA" | sed -n "s/^$1: *//p"; }

require() {
  for program in postgres initdb pg_ctl pg_controldata pg_resetwal pg_dump pg_dumpall psql; do
    for folder in "$OLD_BIN" "$NEW_BIN"; do
      case "$program" in initdb | pg_dump | pg_dumpall | psql) [ "$folder" = "$NEW_BIN" ] || continue ;; esac
      [ -x "$folder/$program" ] || refuse ToolTooOld "the image has no $folder/$program: an upgrade needs the programs of both versions"
    done
  done
  [ -x "$NEW_BIN/pg_upgrade" ] || refuse ToolTooOld "the image has no $NEW_BIN/pg_upgrade"
  # Servers as of the minors of late 2026 keep a version of their own among each column's options, and pg_upgrade meets it when it has begun to link.
  if stamps "$OLD_BIN" && ! stamps "$NEW_BIN"; then
    refuse ToolTooOld "the image's PostgreSQL $TO is older than its $FROM, which stamps columns (pg_attver): take an image with a minor of $TO that knows them"
  fi
  [ "$(version "$DATA")" = "$FROM" ] || refuse VolumeUnfit "$DATA is no directory of PostgreSQL $FROM: its PG_VERSION is $(version "$DATA")"
  if [ "$NEW_DATA" != "$DATA" ] && [ -e "$NEW_DATA/PG_VERSION" ]; then refuse VolumeUnfit "$NEW_DATA holds a server's data already"; fi
  for name in standby.signal recovery.signal recovery.conf backup_label; do
    if [ -e "$DATA/$name" ]; then refuse VolumeUnfit "$DATA has a file $name: it is no primary's directory"; fi
  done
}

init() {
  unlink_new
  rm -f "$DATA/postmaster.pid"
  # Replays the log where the server was killed, or stopped in recovery, and ends in good order.
  known=$(single "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collate, datctype AS ctype, (SELECT rolname FROM pg_authid WHERE oid = 10) AS superuser FROM pg_database WHERE datname = 'template0'") ||
    refuse UpgradeRefused "PostgreSQL $FROM does not start on $DATA: $known"
  [ "$(control 'Database cluster state')" = 'shut down' ] || refuse UpgradeRefused "$DATA was not shut down: $known"
  superuser=$(value superuser)
  printf '%s\\n' "$superuser" > "$STATE/superuser"
  set -- -D "$STATE/new" -U "$superuser" --auth-local=trust --auth-host=scram-sha-256 "--encoding=$(value encoding)" --locale=C \\
    "--lc-collate=$(value collate)" "--lc-ctype=$(value ctype)" "--wal-segsize=$(($(control 'Bytes per WAL segment') / 1048576))"
  if [ "$(control 'Data page checksum version')" != 0 ]; then set -- "$@" --data-checksums
  elif [ "$TO" -ge 18 ]; then set -- "$@" --no-data-checksums; fi
  said=$("$NEW_BIN/initdb" "$@" 2>&1) || refuse UpgradeRefused "initdb of PostgreSQL $TO: $said"
  for name in pg_hba.conf pg_ident.conf; do if [ -e "$DATA/$name" ]; then cp "$DATA/$name" "$STATE/new/$name"; fi; done
}

upgrade() {
  mkdir -p "$STATE/work"
  cd "$STATE/work"
  if said=$("$NEW_BIN/pg_upgrade" -b "$OLD_BIN" -B "$NEW_BIN" -d "$DATA" -D "$STATE/new" -U "$(cat "$STATE/superuser")" -s "$SOCKETS" \\
    -o "$settings" -O "$settings" --link "$@" 2>&1); then cd /; return; fi
  # What it found stands in files beside its logs, and what the servers said in these.
  found=$(find "$STATE/new/pg_upgrade_output.d" "$STATE/work" -name '*.txt' -exec cat {} + 2> /dev/null | head -n 20)
  logged=$(find "$STATE/new/pg_upgrade_output.d" -name '*.log' -exec grep -hE -A 8 'FATAL|error:' {} + 2> /dev/null | tail -n 20)
  type=UpgradeRefused
  case "$said" in *'loadable libraries that are missing'*) type=MissingExtension ;; esac
  # In front of what is done for good, the old directory is put back.
  unlink_new
  refuse "$type" "pg_upgrade $*: $(printf '%s' "$said" | grep -iv ' ok$' | tail -n 12) $found $logged"
}

place() {
  phase aside
  move "$DATA" "$STATE/old" first
  phase place
  finish
}

finish() {
  move "$STATE/new" "$NEW_DATA" last
  sum "$NEW_DATA" > "$STATE/control"
  phase done
  answer done
}

swap_on() {
  case "$(current)" in
    aside) place ;;
    place) finish ;;
  esac
}

mkdir -p "$SOCKETS"
printf 'local all all trust\\n' > "$SOCKETS/pg_hba.conf"
: > "$SOCKETS/pg_ident.conf"
: > "$SOCKETS/postgresql.conf"
echo "phase found: $(current)"

require_done() {
  [ "$(current)" = done ] || refuse VolumeUnfit "the upgrade of $DATA is not done: it is in phase $(current)"
  [ "$(version "$NEW_DATA")" = "$TO" ] || refuse VolumeUnfit "$NEW_DATA is no directory of PostgreSQL $TO: its PG_VERSION is $(version "$NEW_DATA")"
}

if [ "$ACT" = look ]; then
  require_done
  [ "$(sum "$NEW_DATA" 2> /dev/null)" = "$(cat "$STATE/control")" ] || refuse SourceChanged "a server of PostgreSQL $TO was started on $NEW_DATA since it was upgraded"
  answer done
fi

# The notes go last: another pod goes on by them.
if [ "$ACT" = drop ]; then
  if [ "$(current)" != none ]; then require_done; fi
  rm -rf "$STATE/old" "$STATE/work"
  rm -rf "$STATE"
  answer dropped
fi

if [ "$ACT" = upgrade ]; then
  case "$(current)" in
    done) require_done; answer done ;;
    aside | place) swap_on ;;
    clear | restore) refuse Superseded 'this upgrade is being taken back' ;;
  esac
  if [ "$(current)" = link ]; then unlink_new; fi
  require
  mkdir -p "$STATE"
  phase init; init
  phase check; upgrade --check
  phase link; upgrade
  place
fi

# The way back.
case "$(current)" in
  aside | place) (swap_on) ;;
esac
case "$(current)" in
  none) rm -rf "$STATE"; answer untouched ;;
  init | check | link)
    unlink_new
    rm -rf "$STATE"
    answer reverted ;;
  done)
    if [ "$(sum "$NEW_DATA" 2> /dev/null)" != "$(cat "$STATE/control")" ]; then
      if [ "$SPOIL" = yes ]; then mkdir -p "$STATE/spoilt"; one "$NEW_DATA" "$STATE/spoilt" global; answer spoilt; fi
      refuse SnapshotNeeded "the server of PostgreSQL $TO was started on $NEW_DATA, and shares its files with the old one, which is no more what it was: only $WAY_BACK is"
    fi
    phase clear ;;
esac
if [ "$(current)" = clear ]; then move "$NEW_DATA" "$STATE/new" first; phase restore; fi
move "$STATE/old" "$DATA" last
unlink_new
rm -rf "$STATE"
answer reverted
`;
