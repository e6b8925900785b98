import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { upgradeScript } from '../../../src/activities/private-server/upgrade-script.js';
import { run as runVerb } from '../postgres/support/run.js';
import { describeWithPostgres, nobody, type Postgres, startPostgres } from '../postgres/support/server.js';
import { shop } from '../postgres/support/shop.js';
import { endAll, hold, release, serve } from './serve.js';

/** Of a machine that does not lose its power meanwhile. */
const quick = `sync() { :; }\n${upgradeScript.replace('--link "$@"', '--link --no-sync "$@"').replace('initdb" "$@"', 'initdb" --no-sync "$@"')}`;
const killedAt = (phase: string) =>
  quick.replace('echo "phase: $1"; }', `if [ "$1" = ${phase} ]; then echo '{"killed":1}'; kill -9 $$; fi; echo "phase: $1"; }`);

/** Each takes an upgrade or two, which is most of a minute on a busy machine. */
const some = (phases: readonly string[], always: string) => (process.env['REHELM_EVERY_PHASE'] ? phases : [always]);

/** Runs the script as its pod does; the last line of its answer. */
function play(volume: string, old: Postgres, young: Postgres, told: Readonly<Record<string, string>>) {
  const sockets = join(volume, 's');
  const programs = { OLD_BIN: join(old.programs, 'bin'), NEW_BIN: join(young.programs, 'bin') };
  const paths = { VOLUME: volume, DATA: join(volume, 'data'), NEW_DATA: join(volume, 'data'), SOCKETS: sockets };
  const env = { PATH: '/usr/bin:/bin', FROM: '16', TO: '18', SPOIL: 'no', WAY_BACK: 'VolumeSnapshot shop/before', ...paths, ...programs, ...told };
  mkdirSync(sockets, { recursive: true });
  if (nobody.uid !== undefined && nobody.gid !== undefined) chownSync(sockets, nobody.uid, nobody.gid);
  const ended = spawnSync('sh', ['-c', told['SCRIPT'] ?? quick], {
    env: { ...env, LD_LIBRARY_PATH: libraries(old, young) },
    encoding: 'utf8',
    ...nobody,
    cwd: volume,
  });
  const lines = ended.stdout.trim().split('\n');
  const last = lines.at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no answer: ${ended.stdout} ${ended.stderr}`);
  return { answer: JSON.parse(last), phases: lines.filter((line) => line.startsWith('phase: ')).map((line) => line.slice(7)), status: ended.status };
}

/** The programs of an old server that stamps columns, as those of late 2026 do. */
function stampingPrograms(folder: string): string {
  mkdirSync(folder);
  for (const program of ['pg_ctl', 'pg_controldata', 'pg_resetwal', 'postgres'])
    writeFileSync(join(folder, program), '#!/bin/sh\n# pg_attver\n', { mode: 0o755 });
  return folder;
}

/** Both find their own beside themselves; what they share is the same in both. */
const libraries = (...servers: readonly Postgres[]) => servers.map(({ programs }) => join(programs, 'lib')).join(':');

describeWithPostgres(16, 18)('an upgrade in place from PostgreSQL 16 to 18', () => {
  let old: Postgres;
  let young: Postgres;
  let kept: string;
  const volume = () => dirname(old.data);
  const version = () => readFileSync(join(old.data, 'PG_VERSION'), 'utf8').trim();
  const upgrade = (told: Readonly<Record<string, string>> = {}) => play(volume(), old, young, { ACT: 'upgrade', ...told });
  const revert = (told: Readonly<Record<string, string>> = {}) => play(volume(), old, young, { ACT: 'revert', ...told });
  const upgraded = () => ({ ...old, major: 18 as const, programs: young.programs });

  const act = (name: 'look' | 'drop') => play(volume(), old, young, { ACT: name }).answer;
  const state = () => join(volume(), 'rehelm-upgrade');

  const template = () => join(volume(), 'upgraded');
  const parts = (folder: string) => [join(folder, 'data'), join(folder, 'rehelm-upgrade')];

  /** For tests that begin where it is done; in one command, so that what is one file stays one. */
  function keepUpgraded(): void {
    mkdirSync(template());
    execFileSync('cp', ['-a', ...parts(volume()), template()]);
  }

  function beUpgraded(): void {
    if (existsSync(template())) {
      rmSync(old.data, { recursive: true });
      execFileSync('cp', ['-a', ...parts(template()), volume()]);
      return;
    }
    expect(upgrade().answer).toEqual({ result: { phase: 'done' } });
    keepUpgraded();
  }

  beforeAll(async () => {
    [old, young] = [await startPostgres(16, ['--data-checksums']), await startPostgres(18)];
    await old.query('postgres', 'CREATE DATABASE shop');
    await old.query('shop', shop);
    await old.halt('SIGINT');
    await young.halt('SIGINT');
    kept = join(volume(), 'kept');
    execFileSync('cp', ['-a', old.data, kept]);
  }, 120_000);
  afterEach(async () => {
    await endAll();
    rmSync(old.data, { recursive: true, force: true });
    rmSync(state(), { recursive: true, force: true });
    execFileSync('cp', ['-a', kept, old.data]);
  });
  afterAll(async () => {
    await old.stop();
    await young.stop();
  });

  test('brings every row, definition and password, checksums as before, and links rather than copies', async () => {
    expect(upgrade()).toMatchObject({ answer: { result: { phase: 'done' } }, phases: ['init', 'check', 'link', 'aside', 'place', 'done'] });
    keepUpgraded();
    expect(version()).toBe('18');
    expect(upgrade()).toMatchObject({ answer: { result: { phase: 'done' } }, phases: [] });
    const before = { ...old, data: kept };
    await hold(before, 'closed');
    const source = await serve(before, 'closed', 'old');
    await hold(upgraded(), 'closed');
    const target = await serve(upgraded(), 'closed', 'new');
    const verdict = await runVerb({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'shop' });
    expect(verdict.differences).toEqual([]);
    expect(verdict).toMatchObject({ equal: true });
    expect(verdict.rows).toBeGreaterThan(20_000);
    await Promise.all([source.end(), target.end()]);
    await release(before);
    const control = execFileSync(join(young.programs, 'bin/pg_controldata'), ['-D', old.data], { env: { LC_ALL: 'C', LD_LIBRARY_PATH: libraries(young) } });
    expect(control.toString()).toMatch(/checksum version: +1/);
  }, 120_000);

  test('does not go back by itself once the new server has run: what both share has changed', async () => {
    beUpgraded();
    await hold(upgraded(), 'closed');
    const served = await serve(upgraded(), 'closed');
    await served.end();
    await release(upgraded());
    expect(act('look')).toMatchObject({ failure: { type: 'SourceChanged', message: expect.stringContaining('PostgreSQL 18 was started') } });
    expect(revert()).toMatchObject({
      status: 1,
      answer: { failure: { type: 'SnapshotNeeded', message: expect.stringContaining('only VolumeSnapshot shop/before is') } },
    });
    // On a clone of a volume that is still there, nobody starts it by mistake.
    expect(revert({ SPOIL: 'yes' }).answer).toEqual({ result: { phase: 'spoilt' } });
    expect(existsSync(join(old.data, 'global'))).toBe(false);
  }, 120_000);

  test.each(some(['init', 'check', 'link', 'aside', 'place', 'done'], 'done'))(
    'killed when it enters phase %s, it goes back',
    async (phase) => {
      // On entering that one everything is done.
      if (phase === 'done') beUpgraded();
      else expect(upgrade({ SCRIPT: killedAt(phase) }).answer).toEqual({ killed: 1 });
      expect(revert().answer).toEqual({ result: { phase: 'reverted' } });
      expect(version()).toBe('16');
      await old.resume();
      await old.halt('SIGINT');
    },
    120_000,
  );

  test.each(some(['check', 'link', 'aside', 'place'], 'link'))(
    'killed when it enters phase %s, it goes on',
    (phase) => {
      expect(upgrade({ SCRIPT: killedAt(phase) }).answer).toEqual({ killed: 1 });
      expect(upgrade().answer).toEqual({ result: { phase: 'done' } });
      expect(version()).toBe('18');
      expect(revert().answer).toEqual({ result: { phase: 'reverted' } });
    },
    120_000,
  );

  test.each(some(['clear', 'restore'], 'restore'))(
    'killed on its way back, when it enters phase %s, it goes on that way only',
    async (phase) => {
      beUpgraded();
      expect(revert({ SCRIPT: killedAt(phase) }).answer).toEqual({ killed: 1 });
      expect(upgrade().answer).toMatchObject({ failure: { type: 'Superseded' } });
      expect(revert().answer).toEqual({ result: { phase: 'reverted' } });
      await old.resume();
      await old.halt('SIGINT');
    },
    120_000,
  );

  test('once upgraded, what was put aside is dropped under the new server, which has all it had', async () => {
    beUpgraded();
    expect(act('look')).toEqual({ result: { phase: 'done' } });
    await hold(upgraded(), 'closed');
    const served = await serve(upgraded(), 'closed');
    expect(existsSync(join(state(), 'old/PG_VERSION'))).toBe(true);
    expect(act('drop')).toEqual({ result: { phase: 'dropped' } });
    expect(existsSync(state())).toBe(false);
    const read = await runVerb({ engine: 'postgresql', verb: 'verify', at: served.at, source: served.at, from: 'shop', to: 'shop' });
    expect(read.rows).toBeGreaterThan(20_000);
    await served.end();
    expect(act('drop')).toEqual({ result: { phase: 'dropped' } });
    expect(act('look')).toMatchObject({ failure: { type: 'VolumeUnfit', message: expect.stringContaining('phase none') } });
  }, 120_000);

  test('nothing is dropped or handed over that is not upgraded, and no upgrade is taken for that of another version', () => {
    expect(upgrade({ SCRIPT: killedAt('check') }).answer).toEqual({ killed: 1 });
    for (const name of ['look', 'drop'] as const)
      expect(act(name)).toMatchObject({ failure: { type: 'VolumeUnfit', message: expect.stringContaining('phase check') } });
    expect(existsSync(state())).toBe(true);
    rmSync(state(), { recursive: true });
    beUpgraded();
    expect(upgrade({ FROM: '18', TO: '19' }).answer).toMatchObject({
      failure: { type: 'VolumeUnfit', message: expect.stringContaining('no directory of PostgreSQL 19') },
    });
  }, 120_000);

  test('of a server that was killed replays its log first', async () => {
    await old.resume();
    await old.query('shop', 'CREATE TABLE last AS SELECT 1 AS one');
    await old.halt('SIGQUIT');
    expect(upgrade().answer).toEqual({ result: { phase: 'done' } });
    await hold(upgraded(), 'closed');
    const served = await serve(upgraded(), 'closed');
    expect(await runVerb({ engine: 'postgresql', verb: 'inspect', at: served.at, databases: ['shop'] })).toMatchObject({
      databases: [{ tables: expect.arrayContaining([expect.objectContaining({ name: 'last' })]) }],
    });
    await served.end();
  }, 120_000);

  test.each([
    ['an image without both versions', () => ({ OLD_BIN: '/nowhere' }), 'ToolTooOld', /no \/nowhere\/postgres/],
    [
      'an image whose new programs do not know what the old server writes',
      () => ({ OLD_BIN: stampingPrograms(join(volume(), 'stamping')) }),
      'ToolTooOld',
      /pg_attver/,
    ],
    ['a directory of another version', () => ({ FROM: '15' }), 'VolumeUnfit', /no directory of PostgreSQL 15: its PG_VERSION is 16/],
  ])('%s is refused before anything is touched', (_, told, type, message) => {
    const before = readdirSync(old.data, { recursive: true });
    expect(upgrade(told()).answer).toMatchObject({ failure: { type, message: expect.stringMatching(message) } });
    expect(readdirSync(old.data, { recursive: true })).toEqual(before);
    expect(existsSync(state())).toBe(false);
  });

  test('what pg_upgrade cannot carry over is refused in its own words, and the old server starts as before', async () => {
    await old.resume();
    await old.query('shop', `CREATE FUNCTION gone() RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler'`);
    await old.query('shop', `UPDATE pg_proc SET probin = '$libdir/not_in_the_image' WHERE proname = 'gone'`);
    await old.halt('SIGINT');
    expect(upgrade().answer).toMatchObject({ failure: { type: 'MissingExtension', message: expect.stringContaining('not_in_the_image') } });
    expect(revert().answer).toEqual({ result: { phase: 'reverted' } });
    await old.resume();
    await old.halt('SIGINT');
  }, 120_000);
});
