import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClientPrograms } from '../../../src/adapters/postgres/client-programs.js';
import { scratchFolder } from '../../support/scratch-folder.js';

const at = { host: 'db', user: { name: 'postgres', password: 'canary' } };

/** A pg_dump of 18 that does this, told its arguments. */
function programs(script: string): ClientPrograms {
  const folder = join(scratchFolder('programs'), 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pg_dump'), `#!/bin/sh\n[ "$1" = --version ] && { echo 'pg_dump (PostgreSQL) 18.1'; exit; }\n${script}\n`);
  chmodSync(join(folder, 'pg_dump'), 0o755);
  return new ClientPrograms(folder, 10_000);
}

const dump = (script: string, database = 'shop') =>
  programs(script).dumpDefinitions(at, database, { major: 18, section: 'pre-data', signal: new AbortController().signal });

test.each([
  ['wrote too much', 'head -c 20000 /dev/zero', /^pg_dump 18 of shop at db: it wrote more than is taken, and was ended\./],
  ['was killed, for want of memory as a rule', 'kill -KILL $$', /^pg_dump 18 of shop at db: SIGKILL ended it\./],
  ['said what is wrong', 'echo "pg_dump: error: no such thing as canary" >&2; exit 1', /^pg_dump 18 of shop at db: pg_dump: error: no such thing as \*\*\*$/],
])('a client that %s is told with that', async (_, script, message) => {
  await expect(dump(script)).rejects.toMatchObject({ type: 'CopyFailed', message: expect.stringMatching(message) });
});

test.each([
  [
    `pg_restore: error: COPY failed for table "person": ERROR:  invalid input syntax for type integer: "bob@example.com"`,
    'invalid input syntax for type integer: "…"',
  ],
  ['ERROR:  value "4711" is out of range for type integer', 'value "…"'],
  ['ERROR:  date/time field value out of range: "bob, 1970"', 'out of range: "…"'],
  ['psql:dump.sql:7: ERROR:  malformed array literal: "{bob"', 'malformed array literal: "…"'],
  ['ERROR:  duplicate key value violates unique constraint "person_pkey"\nDETAIL:  Key (id)=(bob) already exists.', 'unique constraint "person_pkey"'],
  ['ERROR:  null value in column "name" of relation "person"\nDETAIL:  Failing row contains (4711, bob).', 'null value in column "name" of relation "person"'],
])('what a server says of a row does not come along: %s', async (stderr, kept) => {
  const error: unknown = await dump(`cat >&2 <<'END'\n${stderr}\nEND\nexit 1`).catch((thrown) => thrown);
  expect(error).toMatchObject({ message: expect.stringContaining(kept) });
  expect(String(error)).not.toMatch(/bob|4711/);
});

test('a client notices within seconds that its server is gone, and takes a name for a name', async () => {
  const said = await dump('printf "%s\\n" "$@"', "a=b 'c'");
  expect(said).toContain("--dbname=dbname='a=b \\'c\\'' keepalives_idle='10' keepalives_interval='5' keepalives_count='3'\n");
});
