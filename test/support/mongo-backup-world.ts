import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { openStore } from '../../src/adapters/artifacts/open-store.js';
import { connectMongo } from '../../src/adapters/mongo/driver.js';
import type { MongoContext } from '../../src/copier/mongo/context.js';
import { mongoVerbs } from '../../src/copier/mongo/verbs.js';
import type { MongoRequest } from '../../src/model/copier-mongo.js';
import type { Job, KubeObject, Secret } from '../../src/model/kube-object.js';
import { FakeMongod } from '../adapters/mongo/fake/fake-mongod.js';
import { indexOf, type MadeCollection, makeArchive } from '../copier/mongo/support/make-archive.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';
import { requestOf } from './fake-copier.js';
import { scratchFolder } from './scratch-folder.js';

/** Programs that behave as MongoDB's tools do; what a dump holds stands in a file for each database. */
const tools = {
  mongodump: `
for each; do case $each in --db=*) db=\${each#--db=} ;; --archive=*) out=\${each#--archive=} ;; esac; done
cat "$SEEN/$db.archive" >"\${out:-/dev/stdout}"
cat "$SEEN/$db.says" >&2`,
  mongorestore: `
[ "$1" = --version ] && echo 'mongorestore version: 100.9.4' && exit 0
piped=
for each; do case $each in --nsFrom=*) db=\${each#--nsFrom=} ;; --archive) piped=yes ;; esac; done
[ -z "$piped" ] || cat >/dev/null
sum=$(sed -n 's/.*(\\([0-9]*\\) document.*/\\1/p' "$SEEN/\${db%.*}.says" | awk '{ all += $1 } END { print all }')
echo "$sum document(s) restored successfully. 0 document(s) failed to restore." >&2`,
};

export interface MongoBackupWorld {
  readonly fake: FakeCluster;
  readonly server: FakeMongod;
  /** As pods reach it. */
  readonly host: string;
  /** Jobs in the order in which they came. */
  readonly jobs: readonly Job[];
  /** On the backup's volume. */
  file(path: string): Buffer | undefined;
  change(path: string, edit: (text: string) => string): void;
  /** What comes of a dump of it. */
  dumps(database: string, archive: Buffer): void;
  /** On the backup's volume, instead of what this machine has. */
  leaveFree(bytes: number): void;
  stop(): Promise<void>;
}

type Shell = {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly command: string[]; readonly env: { name: string; value: string }[] }[] } };
  };
};

/**
 * A MongoDB at the driver, a namespace with a volume for backups, and Jobs that do what their pods would: the copier's verbs in this process, the tools' own
 * command in this machine's shell, with programs that stand in for MongoDB's.
 */
export async function createMongoBackupWorld(shop: readonly MadeCollection[]): Promise<MongoBackupWorld> {
  const folder = scratchFolder('mongo-backup');
  for (const name of ['bin', 'seen', 'backups', 'request', 'scratch']) mkdirSync(join(folder, name));
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh${script}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  const server = new FakeMongod();
  const fill = (database: string) => {
    for (const { name, type = 'collection', options = {}, documents = [], indexes = [] } of shop)
      server.add(database, name, { type, options: { ...options }, documents: [...documents], indexes: indexes.map((index) => ({ ...indexOf(index) })) });
  };
  fill('shop');
  const { uri } = await server.start();
  const fake = createFakeCluster();
  const text = (value: string) => Buffer.from(value).toString('base64');
  fake.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'data' } },
    {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'backups', namespace: 'data' } },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Bound' },
    } as unknown as KubeObject,
    {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'root', namespace: 'mongodb' } },
      data: { username: text('root'), password: text('r00t-canary') },
    } as KubeObject,
  );
  const jobs: Job[] = [];
  const reach: Omit<MongoContext, 'openStore' | 'connect'> = { podUid: 'pod-1', signal: new AbortController().signal, progress: () => undefined };
  let free: number | undefined;
  const onVolume = () => {
    const store = openStore({ kind: 'volume', folder: join(folder, 'backups') });
    return { ...store, freeBytes: async () => free ?? store.freeBytes() };
  };

  async function copier(request: MongoRequest) {
    const verb = mongoVerbs[request.verb] as (request: MongoRequest, context: MongoContext) => Promise<unknown>;
    const withoutLogin = { ...request, at: { uri }, ...('source' in request && { source: { uri } }) };
    try {
      const result = await verb(withoutLogin, { ...reach, openStore: onVolume, connect: connectMongo });
      return { succeeded: true, log: `${JSON.stringify({ result })}\n` } as const;
    } catch (error) {
      const type = error instanceof ApplicationFailure ? error.type : 'Broken';
      return { failed: 'BackoffLimitExceeded', log: `${JSON.stringify({ failure: { type, message: (error as Error).message } })}\n` } as const;
    }
  }

  function tool(job: Job) {
    const [container] = (job as unknown as Shell).spec.template.spec.containers;
    const { namespace = '', name: named } = job.metadata;
    const secret = fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name: named });
    for (const [file, data] of Object.entries(secret?.data ?? {})) writeFileSync(join(folder, 'request', file), Buffer.from(data, 'base64'));
    const places = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, join(folder, value === '/tmp' ? 'scratch' : value)]));
    const [shell = '', ...args] = container?.command ?? [];
    const env = { ...places, PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, SEEN: join(folder, 'seen') };
    const { status, stdout } = spawnSync(shell, args, { env, encoding: 'utf8' });
    const to = /--nsTo=([^.]+)\./.exec(args.join(' '))?.[1];
    if (status !== 0) return { failed: 'BackoffLimitExceeded', log: stdout } as const;
    if (to) fill(to);
    return { succeeded: true, log: stdout } as const;
  }

  fake.behaviour.job = async (job) => {
    await null;
    jobs.push(job);
    if (/-mongo-(dump|restore|pipe)-/.test(job.metadata.name)) return tool(job);
    const request = requestOf(fake, job);
    return request ? copier(request) : 'running';
  };
  const dumps: MongoBackupWorld['dumps'] = (database, archive) => writeFileSync(join(folder, 'seen', `${database}.archive`), archive);
  const says = shop.filter(({ type }) => type !== 'view').map(({ name, documents = [] }) => `done dumping shop.${name} (${documents.length} documents)`);
  writeFileSync(join(folder, 'seen', 'shop.says'), `${says.join('\n')}\n`);
  dumps('shop', makeArchive('shop', shop));
  return {
    ...{ fake, server, jobs, dumps, host: uri.slice('mongodb://'.length) },
    file: (path) => (existsSync(join(folder, 'backups', path)) ? readFileSync(join(folder, 'backups', path)) : undefined),
    change: (path, edit) => writeFileSync(join(folder, 'backups', path), edit(readFileSync(join(folder, 'backups', path), 'utf8'))),
    leaveFree: (bytes) => {
      free = bytes;
    },
    stop: () => server.stop(),
  };
}
