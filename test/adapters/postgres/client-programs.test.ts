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

test('a client notices within seconds that its server is gone, and takes a name for a name', async () => {
  const said = await dump('printf "%s\\n" "$@"', "a=b 'c'");
  expect(said).toContain("--dbname=dbname='a=b \\'c\\'' keepalives_idle='10' keepalives_interval='5' keepalives_count='3'\n");
});
