import { saidOf } from '../../model/copier-mongo-backup.js';

/** What mongodump and mongorestore do in their pod. All of one database; `to` names it anew. */
export type MongoToolsWork =
  | { readonly kind: 'pipe'; readonly from: string; readonly to: string; readonly jobs?: number }
  | { readonly kind: 'dump'; readonly database: string; readonly file: string; readonly jobs?: number }
  | {
      readonly kind: 'restore';
      readonly from: string;
      readonly to: string;
      readonly file: string;
      readonly sha256: string;
      /** In the dump. */
      readonly documents: number;
      readonly jobs?: number;
    };

/** Into one pod's arguments nothing secret goes: who we are, the tools read from files. */
const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const line = (program: string, args: readonly string[]): string => [program, ...args.map(quote)].join(' ');

const dump = (database: string, jobs = 4): string =>
  `${line('mongodump', [`--db=${database}`, `--numParallelCollections=${jobs}`])} --config="$REQUEST/source.yaml"`;

/** What a killed attempt left goes first: the target is the run's own. One failure ends it, as the tool itself would go on and still end well. */
const restore = (from: string, to: string, jobs?: number): string => {
  const names = [`--nsInclude=${from}.*`, `--nsFrom=${from}.*`, `--nsTo=${to}.*`];
  const hands = ['--numInsertionWorkersPerCollection=4', ...(jobs === undefined ? [] : [`--numParallelCollections=${jobs}`])];
  return `${line('mongorestore', ['--drop', '--stopOnError', ...names, ...hands])} --config="$REQUEST/target.yaml"`;
};

/**
 * For any POSIX shell. The last line is the copier's: a result, or a failure of the catalogue. Words of the tools that may quote an address or a document are
 * left out of what is shown.
 */
const common = String.raw`
set -u
cd "$SCRATCH" || exit 1
: >dump.log
: >restore.log
fail() {
  grep -hv -e 'dup key' -e '://' dump.log restore.log | tail -n 5
  printf '{"failure":{"type":"%s","message":"%s"}}\n' "$1" "$2"
  exit 1
}
says() { grep -q -i "$@" dump.log restore.log; }
why() {
  if says -e 'auth error' -e 'authentication failed' -e 'AuthenticationFailed'; then echo WrongPassword
  elif says -e 'no space left'; then echo NoSpace
  elif says -e 'could not connect' -e 'server selection' -e 'connection refused'; then echo Unreachable
  else echo "$1"; fi
}
tool=$(mongorestore --version 2>/dev/null | head -n 1 | tr -cd 'A-Za-z0-9.: -')
documents=0
collections=0
count_dumped() {
  for each in $(sed -n 's/.*done dumping .* (\([0-9][0-9]*\) documents*).*/\1/p' dump.log); do
    documents=$((documents + each))
    collections=$((collections + 1))
  done
  [ "$collections" -gt 0 ] || fail DumpIncomplete 'mongodump ended well and has dumped nothing'
}
require_restored() {
  set -- "$1" $(sed -n 's/^\(.*[^0-9]\)\{0,1\}\([0-9][0-9]*\) document(s) restored successfully\. \([0-9][0-9]*\) document(s) failed to restore.*/\2 \3/p' restore.log | tail -n 1)
  [ "$#" = 3 ] || fail CopyFailed 'mongorestore ended well and did not say what it restored'
  [ "$3" = 0 ] || fail CopyFailed "mongorestore ended well, and $3 documents failed"
  [ "$2" = "$1" ] || fail CopyFailed "mongorestore ended well, and restored $2 of $1 documents"
}
result() { printf '{"result":{%s"documents":%s,"tool":"%s"}}\n' "$1" "$documents" "$tool"; }
`;

/** A shell tells how the right side of a pipe ended; the left one writes it down. */
const pipe = ({ from, to, jobs }: Extract<MongoToolsWork, { readonly kind: 'pipe' }>): string => `
{ ${dump(from, jobs)} --archive 2>dump.log; echo "$?" >dump.code; } | ${restore(from, to, jobs)} --archive 2>restore.log
restored=$?
dumped=$(cat dump.code 2>/dev/null || echo 'no word')
[ "$dumped" = 0 ] && [ "$restored" = 0 ] || fail "$(why CopyFailed)" "mongodump ended with $dumped, mongorestore with $restored"
count_dumped
require_restored "$documents"
result "\\"collections\\":$collections,"
`;

/**
 * Beside the archive stands what was said of it: where both are there and fit, it is said again, since somebody may be reading that archive already. Otherwise
 * nobody has heard of it, and it is made anew. The part of a pod that was given up is taken away under it: it gives nothing a name any more.
 */
const toFile = ({ database, file, jobs }: Extract<MongoToolsWork, { readonly kind: 'dump' }>): string => `
file="$BACKUP"/${quote(file)}
said="$BACKUP"/${quote(saidOf(file))}
part="$file.\${HOSTNAME:-$$}.part"
hash() { sha256sum "$1" 2>/dev/null | cut -d ' ' -f 1; }
if [ -s "$file" ] && grep -q -F ${quote(`"database":${JSON.stringify(database)},`)} "$said" 2>/dev/null \\
  && grep -q -F "\\"sha256\\":\\"$(hash "$file")\\"" "$said"; then cat "$said"; exit 0; fi
mkdir -p "$(dirname "$file")" || fail BackupFailed 'the folder cannot be made on the volume'
rm -f "$said" "$file".*.part
${dump(database, jobs)} --archive="$part" 2>dump.log
dumped=$?
[ "$dumped" = 0 ] || fail "$(why BackupFailed)" "mongodump ended with $dumped"
count_dumped
[ -s "$part" ] || fail DumpIncomplete 'mongodump ended well and its archive is empty'
sync "$part" 2>/dev/null || sync
bytes=$(wc -c <"$part" | tr -d ' ')
sha256=$(hash "$part")
[ "\${#sha256}" = 64 ] || fail BackupFailed 'the image has no sha256sum'
mv "$part" "$file" || fail BackupFailed 'the archive cannot be renamed'
result ${quote(`"database":${JSON.stringify(database)},`)}"\\"collections\\":$collections,\\"bytes\\":$bytes,\\"sha256\\":\\"$sha256\\"," >"$said.part"
sync "$said.part" 2>/dev/null || sync
mv "$said.part" "$said" || fail BackupFailed 'what was dumped cannot be written down'
cat "$said"
`;

const fromFile = ({ from, to, file, sha256, documents, jobs }: Extract<MongoToolsWork, { readonly kind: 'restore' }>): string => `
file="$BACKUP"/${quote(file)}
[ "$(sha256sum "$file" 2>/dev/null | cut -d ' ' -f 1)" = ${quote(sha256)} ] || fail ArtifactDamaged 'the archive is not there, or not what was dumped'
${restore(from, to, jobs)} --archive="$file" 2>restore.log
restored=$?
[ "$restored" = 0 ] || fail "$(why CopyFailed)" "mongorestore ended with $restored"
documents=${documents}
require_restored "$documents"
result ''
`;

export function mongoToolsScript(work: MongoToolsWork): string {
  if (work.kind === 'pipe') return common + pipe(work);
  return common + (work.kind === 'dump' ? toFile(work) : fromFile(work));
}
