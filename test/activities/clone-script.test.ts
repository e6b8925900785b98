import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cloneScript } from '../../src/activities/private-server/clone-script.js';

let folder: string;
let source: string;
let clone: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clone-'));
  [source, clone] = [join(folder, 'source'), join(folder, 'clone')];
  for (const path of [join(source, 'pgdata', 'base', '1'), join(source, 'pgdata', 'pg_tblspc'), join(source, 'lost+found'), clone])
    mkdirSync(path, { recursive: true });
  writeFileSync(join(source, 'pgdata', 'PG_VERSION'), '16\n');
  writeFileSync(join(source, 'pgdata', 'base', '1', '2619'), Buffer.alloc(20_000, 7));
  writeFileSync(join(source, '.hidden'), 'x');
  symlinkSync('PG_VERSION', join(source, 'pgdata', 'link'));
  chmodSync(join(source, 'pgdata'), 0o700);
});
afterEach(() => rmSync(folder, { recursive: true }));

function play(script = cloneScript): { readonly result?: object; readonly failure?: { readonly type: string; readonly message: string } } {
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { env: { PATH: '/usr/bin:/bin', FROM: source, VOLUME: clone }, encoding: 'utf8' });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no answer: ${stdout} ${stderr}`);
  return JSON.parse(last);
}

const done = { result: { files: 3, bytes: expect.any(Number) } };
const expectClone = () => {
  expect(readdirSync(clone).toSorted()).toEqual(['.hidden', 'pgdata']);
  expect(readFileSync(join(clone, 'pgdata', 'base', '1', '2619'))).toEqual(Buffer.alloc(20_000, 7));
  expect(statSync(join(clone, 'pgdata')).mode & 0o777).toBe(0o700);
};

test('every file, folder and link comes along, and what the file system keeps for itself does not', () => {
  expect(play()).toEqual(done);
  expectClone();
});

test('whoever asks again is told the same, and copies nothing', () => {
  play();
  const before = statSync(join(clone, 'pgdata', 'PG_VERSION')).ino;
  expect(play()).toEqual(done);
  expect(statSync(join(clone, 'pgdata', 'PG_VERSION')).ino).toBe(before);
});

test('one that was killed half-way begins anew', () => {
  const killed = cloneScript.replace(
    '\nsync\n',
    `\nrm "$VOLUME/pgdata/PG_VERSION"; echo half > "$VOLUME/pgdata/base/1/2619"; echo '{"killed":1}'; kill -9 $$\n`,
  );
  expect(killed).not.toBe(cloneScript);
  expect(play(killed)).toEqual({ killed: 1 });
  expect(existsSync(join(clone, 'rehelm-clone'))).toBe(true);
  expect(play()).toEqual(done);
  expectClone();
});

test('a volume that holds something else is left alone', () => {
  play();
  writeFileSync(join(clone, 'pgdata', 'PG_VERSION'), '18\n');
  expect(play().failure).toMatchObject({ type: 'VolumeUnfit', message: expect.stringContaining('holds something else') });
  expect(readFileSync(join(clone, 'pgdata', 'PG_VERSION'), 'utf8')).toBe('18\n');
});

test('a byte that is another in the clone is found', () => {
  const damaged = cloneScript.replace('\nsync\n', '\nprintf x | dd of="$VOLUME/pgdata/base/1/2619" bs=1 seek=9000 conv=notrunc 2> /dev/null\n');
  expect(play(damaged).failure).toMatchObject({ type: 'VerifyMismatch' });
});

test('tablespaces, which lie elsewhere, are refused before anything is copied', () => {
  symlinkSync('/elsewhere', join(source, 'pgdata', 'pg_tblspc', '16400'));
  expect(play().failure).toMatchObject({ type: 'VolumeUnfit', message: expect.stringContaining('tablespaces') });
  expect(readdirSync(clone)).toEqual([]);
});

test('what cannot be copied is told in the words of who could not', () => {
  const failing = `cp() { echo "cp: error writing 'x': No space left on device"; return 1; }\n${cloneScript}`;
  expect(play(failing).failure).toEqual({ type: 'NoSpace', message: expect.stringContaining('No space left on device') });
});
