import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import pg from 'pg';
import type { RawKube } from '../../../../src/adapters/kube/kube.js';
import { connectPostgres } from '../../../../src/adapters/postgres/driver.js';
import { clock } from '../../../../src/drill/driver/clock.js';
import { Course } from '../../../../src/drill/driver/course.js';
import { drive } from '../../../../src/drill/driver/drive.js';
import type { GuardLink } from '../../../../src/drill/driver/guard-link.js';
import { Load } from '../../../../src/drill/driver/load.js';
import { Watch } from '../../../../src/drill/driver/watch.js';
import type { AnyFault } from '../../../../src/drill/faults/fault.js';
import { LedgerFile, type Told } from '../../../../src/drill/ledger-file.js';
import { Members } from '../../../../src/drill/members.js';
import { PostgresqlTarget } from '../../../../src/drill/targets/postgresql.js';
import type { DrillRequest, PostgresTarget } from '../../../../src/model/drill.js';
import { sleep, soon, teller } from '../../story/tools.js';
import { bundleProxy } from './bundle-proxy.js';
import { read, tell } from './proxy/control.js';
import type { Facts } from './proxy/orders.js';
import { type Drill, runTrials } from './trials.js';

interface Options {
  readonly postgres: string;
  readonly folder: string;
  readonly only?: string;
}

const login = { user: 'drill', password: 'drill' };
const control = (member: number) => `127.0.0.${member + 2}:8080`;
const upstreamPort = (member: number) => 15_430 + member;
const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--'];

/** Ends with this process, however that ends. */
const daemon = (args: readonly string[], log: string, env: NodeJS.ProcessEnv = process.env): ChildProcess =>
  spawn('setpriv', ['--pdeathsig', 'KILL', ...args], { env, stdio: ['ignore', openSync(log, 'a'), openSync(log, 'a')] });

const asSuperuser = async <T>(member: number, text: string): Promise<T | undefined> => {
  const client = new pg.Client({ host: '127.0.0.1', port: upstreamPort(member), user: 'postgres', database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    return (await client.query(text)).rows[0] as T;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
};

/** A primary and a replica that streams from it, on this machine. */
async function startServers(postgres: string, folder: string): Promise<void> {
  const data = (member: number) => join(folder, `pg-${member}`);
  cpSync(postgres, join(folder, 'postgres'), { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['0755', folder]);
  const bin = join(folder, 'postgres/bin');
  const start = (member: number) =>
    daemon(
      [...nobody, join(bin, 'postgres'), '-D', data(member), '-p', String(upstreamPort(member)), '-c', `unix_socket_directories=${data(member)}`],
      `${data(member)}.log`,
    );
  mkdirSync(data(0));
  execFileSync('chown', ['65534:65534', data(0)]);
  execFileSync('setpriv', [...nobody, join(bin, 'initdb'), '-D', data(0), '-U', 'postgres', '--no-sync', '-A', 'trust']);
  const settings = ["shared_buffers = '32MB'", 'max_connections = 200', `primary_conninfo = 'host=127.0.0.1 port=${upstreamPort(0)} user=postgres'`];
  writeFileSync(join(data(0), 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  writeFileSync(
    join(data(0), 'pg_hba.conf'),
    'host all postgres 127.0.0.1/32 trust\nhost replication postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  const first = start(0);
  await soon('the primary', 30, () => asSuperuser(0, `create role drill login createdb password 'drill'`).then(() => asSuperuser(0, 'select 1')));
  await asSuperuser(0, 'grant pg_monitor to drill');
  first.kill('SIGINT');
  await new Promise((ended) => first.once('exit', ended));
  execFileSync('cp', ['-a', data(0), data(1)]);
  writeFileSync(join(data(1), 'standby.signal'), '');
  start(0);
  await soon('the primary', 30, () => asSuperuser(0, 'select 1'));
  start(1);
  await soon('replication', 30, () => asSuperuser(0, "select 1 from pg_stat_replication where state = 'streaming'"));
}

function startProxy(folder: string, member: number): ChildProcess {
  const env = {
    ...process.env,
    MEMBER: `member-${member}`,
    UPSTREAM: `127.0.0.1:${upstreamPort(member)}`,
    LISTEN: `127.0.0.${member + 2}:5432`,
    CONTROL: control(member),
    PRIMARY: `http://${control(0)}`,
    LOGIN_USER: login.user,
    LOGIN_PASSWORD: login.password,
  };
  return daemon(['--', process.execPath, join(folder, 'proxy.mjs')], join(folder, `member-${member}.log`), env);
}

/** What the driver sees of a cluster: two pods, and no nodes. */
const kube = {
  list: async ({ kind }: { readonly kind: string }) =>
    kind === 'Pod'
      ? [0, 1].map((member) => ({
          metadata: { name: `member-${member}`, uid: String(member) },
          spec: { nodeName: `n${member}` },
          status: { podIP: `127.0.0.${member + 2}`, conditions: [{ type: 'Ready', status: 'True' }] },
        }))
      : [],
} as unknown as RawKube;

const guard = { arm: async () => {}, disarm: async () => {}, confirm: async () => {}, trouble: undefined } as unknown as GuardLink;

const alarm = { start: () => {}, why: () => undefined };
const stuckPods = { on: async () => [], free: async () => undefined };

async function rehearse({ postgres, folder, only }: Options): Promise<void> {
  const say = teller();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  bundleProxy(join(folder, 'proxy.mjs'));
  await startServers(postgres, folder);
  const proxies = [startProxy(folder, 0), startProxy(folder, 1)];
  await soon('the proxies', 10, () => Promise.all([0, 1].map((member) => read(`http://${control(member)}/facts`))).catch(() => undefined));
  say('primary, replica and their proxies are there');

  const fault: AnyFault = {
    capture: async () => ({}),
    async inject() {
      proxies[1]!.kill('SIGTERM');
      setTimeout(() => (proxies[1] = startProxy(folder, 1)), 1500);
    },
    whyNotProved: async () => undefined,
    held: async () => ({ state: 'over' }),
    revert: async () => {},
  };

  const drill: Drill = async ({ name, orders }) => {
    for (const member of [0, 1]) await tell(`http://${control(member)}/orders`, orders);
    const target: PostgresTarget = {
      engine: 'postgresql',
      namespace: 'liars',
      selector: 'a=b',
      writeTo: { host: '127.0.0.2', port: 5432 },
      database: 'rehelm_drill',
    };
    const request: DrillRequest = {
      run: name,
      name,
      target,
      login,
      fault: { kind: 'podDelete', of: 'replica', lastsSeconds: 0, revertAfterSeconds: 240, fencedByProbe: false },
      load: { writers: 10, writesPerSecond: 120, steadySeconds: 5, settleSeconds: 5 },
      profile: 'asConfigured',
      expect: { rtoSeconds: 90, lostWrites: 0, redundancyWithinSeconds: 240 },
      members: 2,
      token: '',
      image: '',
    };
    const time = clock(new AbortController().signal);
    const ledger = new LedgerFile(join(folder, `${name}.ledger`), time.now);
    let troubleAt = 0;
    const note = (told: Told): void => {
      ledger.tell(told);
      if (['late', 'unsent', 'failed', 'unknown'].includes(told.type)) troubleAt = time.now();
    };
    const members = new Members(kube, target);
    const postgresql = new PostgresqlTarget({ request, target, members, connect: connectPostgres, highest: () => load.highest });
    const load: Load = new Load({ load: request.load, open: () => postgresql.openWriter(), tell: note, now: time.now });
    const watch = new Watch(postgresql, note);
    const parts = {
      request,
      kube,
      members,
      target: postgresql,
      fault,
      load,
      watch,
      guard,
      clock: time,
      ownNode: 'n9',
      callGuard: async () => {},
      alarm,
      stuckPods,
      runInPod: async () => ({ exitCode: 0, output: '' }),
    };
    const course = new Course({ ...parts, tell: note, troubleAt: () => troubleAt });
    const result = await drive(request, course, { tell: note, text: () => ledger.text() });
    await watch.close();
    members.close();
    postgresql.close();
    const facts = await Promise.all([0, 1].map((member) => read<Facts>(`http://${control(member)}/facts`)));
    await sleep(500);
    return { result, facts: { ...facts[0]!, lies: facts[0]!.lies + facts[1]!.lies } };
  };
  await runTrials({
    drill,
    tell: say,
    ...(only !== undefined && { only }),
    write: (measured) => writeFileSync(join(folder, 'measured.json'), `${JSON.stringify(measured, null, 2)}\n`),
  });
  process.exit(0);
}

await new Command('rehearse')
  .description(
    'All trials of the measurement on this machine alone: the driver, the proxies and two servers, without a cluster, a guard or a Job. Needs root, for nft and for a user who may run PostgreSQL',
  )
  .requiredOption('--postgres <folder>', 'with bin/postgres and bin/initdb, as `bin/lab tools --print postgres-17` names it')
  .option('--folder <folder>', 'for data, logs and ledgers; emptied', '/tmp/rehearsal')
  .option('--only <pattern>', 'trials by name, such as liar-ack or honest')
  .action(rehearse)
  .parseAsync();
