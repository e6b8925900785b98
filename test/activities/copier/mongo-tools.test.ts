import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { dumpMongo, type MongoDumped, restoreMongo, runMongoTools } from '../../../src/activities/copier/mongo-tools.js';
import { toolsConfig, toolsSecret } from '../../../src/activities/copier/mongo-tools-manifest.js';
import type { Job, Secret } from '../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';

/** The pod's own command and files, run by this machine's shell with programs that behave as MongoDB's tools do: no such tool is in the lab. */
const archive = 'archive of shop';
const tools = {
  mongodump: `
for each; do case $each in --config=*) cat "\${each#--config=}" >>"$SEEN/configs" ;; --archive=*) out=\${each#--archive=} ;; esac; done
echo "mongodump $*" >>"$SEEN/arguments"
printf '%s' "\${ARCHIVE-${archive}}" >"\${out:-/dev/stdout}"
printf '%s\\n' "\${DUMP_SAYS-2026-01-01T00:00:00.000+0000	done dumping \\\`shop.orders\\\` (3 documents)
2026-01-01T00:00:00.000+0000	done dumping shop.one (1 document)}" >&2
exit "\${DUMP_ENDS:-0}"`,
  mongorestore: `
[ "$1" = --version ] && echo 'mongorestore version: 100.9.4' && exit 0
for each; do case $each in --config=*) cat "\${each#--config=}" >>"$SEEN/configs" ;; --archive=*) in=\${each#--archive=} ;; esac; done
echo "mongorestore $*" >>"$SEEN/arguments"
cat "\${in:-/dev/stdin}" >"$SEEN/restored"
printf '%s\\n' "\${RESTORE_SAYS-2026-01-01T00:00:00.000+0000	4 document(s) restored successfully. 0 document(s) failed to restore.}" >&2
exit "\${RESTORE_ENDS:-0}"`,
};

const act = { run: '0190aaaa-1111-7000-8000-000000000000', epoch: 1, step: 'dump/shop' };
const server = { host: 'db.mongodb.svc:27017/?replicaSet=rs0', admin: { secretRef: { namespace: 'mongodb', name: 'root' } } };
const common = { server, image: 'tools:7', withinSeconds: 60 };
const volume = { namespace: 'backups', claim: 'backup' };
const password = "can@ry's";

interface Container {
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

describe("MongoDB's own tools", () => {
  let folder: string;
  let fake: FakeCluster;
  let seenJobs: Job[];
  const said = () => read('backups/run/shop.archive.said');
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rehelm-tools-'));
    for (const name of ['bin', 'seen', 'backups', 'request', 'scratch']) mkdirSync(join(folder, name));
    for (const [name, script] of Object.entries(tools)) {
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh${script}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    const text = (value: string) => Buffer.from(value).toString('base64');
    fake = createFakeCluster();
    fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'backups' } });
    fake.seed({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'root', namespace: 'mongodb' },
      data: { username: text('me@x'), password: text(password) },
    } as Secret);
    seenJobs = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** As the kubelet would: the Secret's files, the environment, the command. */
  function runPod(job: Job, env: Readonly<Record<string, string>>) {
    const [container] = (job as unknown as { spec: { template: { spec: { containers: Container[] } } } }).spec.template.spec.containers;
    const { namespace = '', name } = job.metadata;
    const secret = fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
    for (const [file, data] of Object.entries(secret?.data ?? {})) writeFileSync(join(folder, 'request', file), Buffer.from(data, 'base64'));
    const places = Object.fromEntries((container?.env ?? []).map(({ name: key, value }) => [key, join(folder, value === '/tmp' ? 'scratch' : value)]));
    const path = `${join(folder, 'bin')}:/usr/bin:/bin`;
    const [shell = '', ...args] = container?.command ?? [];
    return spawnSync(shell, args, { env: { ...places, PATH: path, SEEN: join(folder, 'seen'), ...env }, encoding: 'utf8' });
  }

  function over(env: Readonly<Record<string, string>> = {}) {
    fake.behaviour.job = (job) => {
      seenJobs.push(job);
      const { status, stdout } = runPod(job, env);
      return status === 0 ? { succeeded: true, log: stdout } : { failed: 'BackoffLimitExceeded', log: stdout };
    };
    const activity = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }, { logger: new DefaultLogger('ERROR') });
    const within = <T>(work: () => Promise<T>) => activity.run(work) as Promise<T>;
    const part = adaptersOver(fake, { settings: { copierImage: 'copier:7' } });
    return {
      pipe: () => within(() => runMongoTools({ kind: 'pipe', ...common, source: server, from: 'shop', to: "sto're" } as const, act, part)),
      dump: () => within(() => dumpMongo({ ...common, volume, database: 'shop', file: 'run/shop.archive' }, act, part)),
      restore: (dump: MongoDumped) => within(() => restoreMongo({ ...common, volume, dump, to: 'store' }, act, part)),
    };
  }

  test('are piped into each other under the new name, credentials in their config files alone', async () => {
    expect(await over().pipe()).toEqual({ collections: 2, documents: 4, tool: 'mongorestore version: 100.9.4', attempts: 1 });
    expect(read('seen/restored')).toBe(archive);
    const uri = `uri: "mongodb://me%40x:${encodeURIComponent(password)}@db.mongodb.svc:27017/?replicaSet=rs0&authSource=admin"\n`;
    expect(read('seen/configs')).toBe(uri.repeat(2));
    expect(read('seen/arguments').split('\n').toSorted()).toEqual([
      '',
      `mongodump --db=shop --numParallelCollections=4 --config=${folder}/request/source.yaml --archive`,
      `mongorestore --drop --stopOnError --nsInclude=shop.* --nsFrom=shop.* --nsTo=sto're.* --numInsertionWorkersPerCollection=4 --config=${folder}/request/target.yaml --archive`,
    ]);
    expect(JSON.stringify(seenJobs)).not.toMatch(/can@ry|can%40ry|me@x|me%40x/);
    expect(fake.all<Job>('batch/v1', 'Job', 'rehelm-system')).toEqual([]);
  });

  test('run in the image that the user names, as nobody, without the API', async () => {
    await over().dump();
    const [job] = seenJobs;
    expect(job?.metadata).toMatchObject({ namespace: 'backups', labels: { 'rehelm.dev/run': act.run } });
    expect(job).toMatchObject({
      spec: {
        backoffLimit: 0,
        template: {
          spec: {
            automountServiceAccountToken: false,
            restartPolicy: 'Never',
            securityContext: { runAsNonRoot: true, runAsUser: 65_532, fsGroup: 65_532, fsGroupChangePolicy: 'OnRootMismatch' },
            tolerations: [
              { key: 'node.kubernetes.io/not-ready', tolerationSeconds: 30 },
              { key: 'node.kubernetes.io/unreachable', tolerationSeconds: 30 },
            ],
            containers: [
              {
                image: 'tools:7',
                securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
                volumeMounts: [{ name: 'request', mountPath: '/request', readOnly: true }, { mountPath: '/tmp' }, { mountPath: '/backups' }],
              },
            ],
            volumes: [{ secret: { secretName: job?.metadata.name } }, {}, { persistentVolumeClaim: { claimName: 'backup' } }],
          },
        },
      },
    });
  });

  test('are piped in a pod that has nothing but two config files, on no volume, gone from a dead node within half a minute', async () => {
    await over().pipe();
    const [job] = seenJobs;
    const { name = '' } = job?.metadata ?? {};
    const labels = {
      'rehelm.dev/copier-job': name.slice(0, -2),
      'rehelm.dev/generation': '1',
      'app.kubernetes.io/name': 'rehelm-copier',
      'rehelm.dev/unfenced': 'true',
    };
    const ofRun = { 'rehelm.dev/run': act.run, 'rehelm.dev/step': expect.stringMatching(/^dump-shop-/) };
    const leave = (key: string) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 });
    const places = { REQUEST: '/request', SCRATCH: '/tmp', BACKUP: '/backups', HOME: '/tmp' };
    expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job', metadata: { namespace: 'rehelm-system', labels } });
    expect(job?.spec).toMatchObject({ backoffLimit: 0, ttlSecondsAfterFinished: 86_400 });
    expect(job?.spec['template']).toEqual({
      metadata: { labels: { ...labels, ...ofRun } },
      spec: {
        restartPolicy: 'Never',
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
        tolerations: [leave('not-ready'), leave('unreachable')],
        containers: [
          {
            name: 'copier',
            image: 'tools:7',
            imagePullPolicy: 'IfNotPresent',
            command: ['/bin/sh', '-c', expect.stringContaining('mongorestore')],
            env: Object.entries(places).map(([key, value]) => ({ name: key, value })),
            resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '2Gi' } },
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            volumeMounts: [
              { name: 'request', mountPath: '/request', readOnly: true },
              { name: 'scratch', mountPath: '/tmp' },
            ],
          },
        ],
        volumes: [
          { name: 'request', secret: { secretName: name } },
          { name: 'scratch', emptyDir: { sizeLimit: '64Mi' } },
        ],
      },
    });
  });

  test.each([
    ['the left side of the pipe', { DUMP_ENDS: '1' }, 'CopyFailed', 'mongodump ended with 1, mongorestore with 0'],
    ['the right side of the pipe', { RESTORE_ENDS: '3' }, 'CopyFailed', 'mongodump ended with 0, mongorestore with 3'],
    ['a wrong password', { DUMP_ENDS: '1', DUMP_SAYS: 'Failed: auth error: sasl conversation error' }, 'WrongPassword', 'mongodump ended with 1'],
    ['a server that is away', { RESTORE_ENDS: '1', RESTORE_SAYS: 'error: could not connect to server' }, 'Unreachable', 'mongorestore with 1'],
    ['a full disk', { DUMP_ENDS: '1', DUMP_SAYS: 'write: no space left on device' }, 'NoSpace', 'mongodump ended with 1'],
    ['a dump of nothing', { DUMP_SAYS: '' }, 'DumpIncomplete', 'has dumped nothing'],
    ['documents that failed', { RESTORE_SAYS: '4 document(s) restored successfully. 1 document(s) failed to restore.' }, 'CopyFailed', '1 documents failed'],
    ['fewer documents', { RESTORE_SAYS: '3 document(s) restored successfully. 0 document(s) failed to restore.' }, 'CopyFailed', 'restored 3 of 4 documents'],
    ['a restore that says nothing', { RESTORE_SAYS: 'done' }, 'CopyFailed', 'did not say what it restored'],
  ])('fail by %s, whatever else ended well', async (_what, env, type, words) => {
    await expect(over(env as unknown as Record<string, string>).pipe()).rejects.toMatchObject({ type, message: expect.stringContaining(words) });
  });

  test('show their last words, without an address or a document', async () => {
    const words = 'last words\nE11000 dup key: { mail: canary-document }\nFailed: mongodb://me:canary@db/';
    const failed = over({ RESTORE_ENDS: '1', RESTORE_SAYS: words }).pipe();
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining('last words') });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('canary') });
  });

  test('write one archive to the volume, whole or not at all, and restore what was dumped', async () => {
    const dump = await over().dump();
    expect(dump).toEqual({
      ...{
        database: 'shop',
        file: 'run/shop.archive',
        collections: 2,
        documents: 4,
        bytes: archive.length,
        tool: 'mongorestore version: 100.9.4',
        attempts: 1,
      },
      sha256: createHash('sha256').update(archive).digest('hex'),
    });
    expect(read('backups/run/shop.archive')).toBe(archive);
    expect(await over().restore(dump)).toEqual({ documents: 4, tool: 'mongorestore version: 100.9.4', attempts: 1 });
    expect(read('seen/restored')).toBe(archive);
    expect(read('seen/arguments')).toContain(
      `--nsTo=store.* --numInsertionWorkersPerCollection=4 --config=${folder}/request/target.yaml --archive=${folder}/backups/run/shop.archive`,
    );
  });

  test('leave no archive of a dump that failed', async () => {
    await expect(over({ DUMP_ENDS: '1', ARCHIVE: 'half' }).dump()).rejects.toMatchObject({ type: 'BackupFailed' });
    await expect(over({ ARCHIVE: '' }).dump()).rejects.toMatchObject({ type: 'DumpIncomplete', message: expect.stringContaining('archive is empty') });
    expect(read('backups/run/shop.archive')).toBe('');
  });

  test('replace no archive that somebody may be reading: what was said of it is said again', async () => {
    const first = await over().dump();
    expect(await over({ ARCHIVE: 'another', DUMP_ENDS: '1' }).dump()).toEqual(first);
    expect(read('seen/arguments').match(/mongodump/g)).toHaveLength(1);
    expect(read('backups/run/shop.archive')).toBe(archive);
    expect(readdirSync(join(folder, 'backups/run')).toSorted()).toEqual(['shop.archive', 'shop.archive.said']);
  });

  test.each([
    ['no word of what it holds', () => rmSync(join(folder, 'backups/run/shop.archive.said'))],
    ['the word of another database', () => writeFileSync(join(folder, 'backups/run/shop.archive.said'), said().replace('"shop"', '"shop2"'))],
    ['half a word', () => writeFileSync(join(folder, 'backups/run/shop.archive.said'), said().slice(0, 40))],
    ['other bytes than were said', () => writeFileSync(join(folder, 'backups/run/shop.archive'), 'archive of shoq')],
    ['nothing', () => rmSync(join(folder, 'backups/run/shop.archive'))],
  ])('dump anew where a pod that died has left %s', async (_what, leave) => {
    await over().dump();
    leave();
    writeFileSync(join(folder, 'backups/run/shop.archive.pod-1.part'), 'half');
    const again = await over({ ARCHIVE: 'another' }).dump();
    expect(again).toMatchObject({ database: 'shop', bytes: 7, sha256: createHash('sha256').update('another').digest('hex') });
    expect(read('backups/run/shop.archive')).toBe('another');
    expect(await over().dump()).toEqual(again);
    expect(readdirSync(join(folder, 'backups/run')).toSorted()).toEqual(['shop.archive', 'shop.archive.said']);
  });

  test('restore nothing of an archive that is not what was dumped', async () => {
    const dump = await over().dump();
    writeFileSync(join(folder, 'backups/run/shop.archive'), 'archive of shoq');
    await expect(over().restore(dump)).rejects.toMatchObject({ type: 'ArtifactDamaged' });
    await expect(over().restore({ ...dump, file: 'away' })).rejects.toMatchObject({ type: 'ArtifactDamaged' });
    expect(read('seen/restored')).toBe('');
  });

  test('are told where a user is defined, and nothing of one who is none', () => {
    expect(toolsConfig({ uri: 'mongodb://db/', user: { name: 'a', password: '"', database: 'shop' } }, 'source')).toBe(
      'uri: "mongodb://a:%22@db/?authSource=shop"\n',
    );
    expect(toolsConfig({ uri: 'mongodb://db/?tls=true' }, 'source')).toBe('uri: "mongodb://db/?tls=true"\n');
    expect(toolsConfig({ uri: 'mongodb://db/?replicaSet=rs0', tls: { insecure: true } }, 'target')).toBe(
      'uri: "mongodb://db/?replicaSet=rs0&tls=true&tlsInsecure=true"\n',
    );
  });

  test('the authorities that are trusted lie beside it', () => {
    const source = { uri: 'mongodb://db/', tls: { ca: 'PEM of the old' } };
    const { data } = toolsSecret({ base: 'b', generation: 1 }, 'shop', { source, target: { uri: 'mongodb://new/' } });
    const files = Object.fromEntries(Object.entries(data ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
    expect(files).toEqual({
      'source.yaml': 'uri: "mongodb://db/?tls=true&tlsCAFile=/request/source.pem"\n',
      'source.pem': 'PEM of the old',
      'target.yaml': 'uri: "mongodb://new/"\n',
    });
  });
});
