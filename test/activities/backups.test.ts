import { createBackupVolume } from '../../src/activities/create-backup-volume.js';
import { dropReplacedDatabase } from '../../src/activities/drop-replaced-database.js';
import { dumpDatabases } from '../../src/activities/dump-databases.js';
import { replaceDatabase } from '../../src/activities/replace-database.js';
import { restoreDatabase } from '../../src/activities/restore-database.js';
import { verifyBackup } from '../../src/activities/verify-backup.js';
import type { Job, KubeObject, PersistentVolumeClaim, Secret } from '../../src/model/kube-object.js';
import { createBackupWorld, createRestoreWorld } from '../support/database-backup/play.js';
import { postgresPassword } from '../support/fake-postgres.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const server = {
  ...{ engine: 'postgresql', host: 'old.data.svc', port: 5432 },
  admin: { user: 'postgres', secretRef: { namespace: 'data', name: 'old' } },
} as const;
const place = { kind: 'volume', namespace: 'data', claim: 'backups' } as const;
const gib = 1024 ** 3;
const secrets = [postgresPassword];
const told = (fake: { world(): unknown }) => JSON.stringify(fake.world());

const withClaim = () => createRestoreWorld().fake;
const order = { databases: ['orders'], format: 'directory', recipients: [], jobs: 2, withinSeconds: 60 } as const;
const restore = { server, place, backup: 'b1', from: 'orders', to: 'rehelm_restored_orders', jobs: 2, withinSeconds: 60 };

stepLaws('createBackupVolume', {
  step: 'createBackupVolume',
  factory: createBackupVolume,
  input: { place, server, bytes: 3 * gib },
  world: () => createBackupWorld().fake,
  secrets,
  done: (fake, result) => {
    expect(result).toEqual({ made: true });
    expect(fake.find({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'data', name: 'backups' })).toMatchObject({
      spec: { resources: { requests: { storage: '3072Mi' } } },
    });
  },
});

stepLaws('dumpDatabases', {
  step: 'dumpDatabases',
  factory: dumpDatabases,
  input: { server, place, ...order },
  world: withClaim,
  secrets,
  done: (fake, result) => {
    expect(result).toMatchObject({ backup: 'r1', attempts: 1, databases: [{ name: 'orders', rows: 1 }] });
    expect(told(fake)).toContain('r1/orders');
  },
});

stepLaws('restoreDatabase', {
  step: 'restoreDatabase',
  factory: restoreDatabase,
  input: restore,
  world: withClaim,
  secrets,
  done: (fake, result) => {
    expect(result).toMatchObject({ rows: 3, tables: 1, attempts: 1 });
    expect(told(fake)).toContain('rehelm_restored_orders');
  },
});

describe('backups, step by step', () => {
  const claims = ({ fake }: { fake: ReturnType<typeof withClaim> }) => fake.all('v1', 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
  const findJobs = (fake: ReturnType<typeof withClaim>) => fake.all<Job>('batch/v1', 'Job');

  test('a volume that was there is used and outlives the undo', async () => {
    const fake = withClaim();
    const rig = new StepRig(fake, createBackupVolume);
    await rig.capture('createBackupVolume', { place, server, bytes: gib });
    expect(await rig.act('createBackupVolume', { place, server, bytes: gib })).toEqual({ made: false });
    await rig.undo('createBackupVolume');
    expect(claims({ fake })).toEqual(['backups']);
  });

  test('a volume on which another run has put a backup since stays, too', async () => {
    const { fake } = createBackupWorld();
    const rig = new StepRig(fake, createBackupVolume);
    await rig.capture('createBackupVolume', { place, server, bytes: gib });
    await rig.act('createBackupVolume', { place, server, bytes: gib });
    const ref = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'data', name: 'backups' };
    const claim = fake.find<PersistentVolumeClaim>(ref)!;
    const { uid = '' } = claim.metadata;
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'data', name: 'backups', uid };
    const volume = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-1' },
      spec: { claimRef, capacity: { storage: '1Gi' } },
      status: { phase: 'Bound' },
    };
    const bound = { ...claim, spec: { ...claim.spec, volumeName: 'pv-1' }, status: { phase: 'Bound' } };
    fake.seed(volume as unknown as KubeObject, bound as PersistentVolumeClaim);
    const later = new StepRig(fake, dumpDatabases, {}, 'r2');
    await later.capture('dumpDatabases', { server, place, ...order });
    await later.act('dumpDatabases', { server, place, ...order });
    await rig.undo('createBackupVolume');
    expect(claims({ fake })).toEqual(['backups']);
    await later.undo('dumpDatabases');
  });

  test('what would stand in the way of a volume is said', async () => {
    const { fake } = createBackupWorld();
    const rig = new StepRig(fake, createBackupVolume);
    const elsewhere = { kind: 'volume', namespace: 'nowhere', claim: 'backups' };
    expect(await rig.check('createBackupVolume', { place: elsewhere, server, bytes: gib, storageClass: 'fast' })).toEqual([
      'Namespace nowhere is not there',
      'StorageClass fast is not there',
    ]);
  });

  test('the undo of a dump whose volume is gone does not wait for a pod that cannot start', async () => {
    const { fake } = createBackupWorld();
    const rig = new StepRig(fake, dumpDatabases);
    await rig.capture('dumpDatabases', { server, place, ...order });
    fake.behaviour.job = () => 'running';
    await rig.undo('dumpDatabases');
    expect(findJobs(fake)).toEqual([]);
  });

  test('a Job has the volume, and one of its own where the dump is not made there, in the namespace of the claim', async () => {
    const { fake } = createRestoreWorld();
    const jobs: Job[] = [];
    const { job } = fake.behaviour;
    fake.behaviour.job = (each) => {
      jobs.push(each);
      return job(each);
    };
    const rig = new StepRig(fake, dumpDatabases);
    const input = { server, place, ...order, recipients: ['age1x'], staging: { bytes: 5 * gib, storageClass: 'fast' } };
    await rig.capture('dumpDatabases', input);
    await rig.act('dumpDatabases', input);
    const { metadata, spec } = jobs[0]! as unknown as { metadata: { namespace: string }; spec: { template: { spec: Record<string, unknown> } } };
    expect(metadata.namespace).toBe('data');
    const pod = spec.template.spec;
    expect(pod['securityContext']).toMatchObject({ fsGroup: 65_532, runAsNonRoot: true });
    expect(pod['volumes']).toEqual([
      expect.objectContaining({ name: 'request' }),
      expect.objectContaining({ name: 'scratch' }),
      { name: 'backups', persistentVolumeClaim: { claimName: 'backups' } },
      {
        name: 'staging',
        ephemeral: {
          volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: String(5 * gib) } }, storageClassName: 'fast' } },
        },
      },
    ]);
    expect(JSON.stringify(pod['containers'])).toContain('"mountPath":"/staging"');
  });

  test('keys of storage and of encryption go into the Secret of the Job, and nowhere else', async () => {
    const { fake } = createRestoreWorld();
    const text = (value: string) => Buffer.from(value).toString('base64');
    fake.seed({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'data', name: 'keys' } },
      data: { accessKeyId: text('id'), secretAccessKey: text('s3-canary'), identity: text('AGE-SECRET-KEY-canary') },
    } as KubeObject);
    const requests: string[] = [];
    const { job } = fake.behaviour;
    fake.behaviour.job = (each) => {
      const secret = fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: each.metadata.namespace ?? '', name: each.metadata.name });
      requests.push(Buffer.from(secret?.data?.['request.json'] ?? '', 'base64').toString());
      return job(each);
    };
    const rig = new StepRig(fake, verifyBackup);
    const secretRef = { namespace: 'data', name: 'keys', idKey: 'accessKeyId', secretKey: 'secretAccessKey' };
    const s3 = { kind: 's3', region: 'us-east-1', bucket: 'backups', secretRef };
    const input = { server, place: s3, backup: 'b1', key: { namespace: 'data', name: 'keys', key: 'identity' }, withinSeconds: 60 };
    expect(await rig.check('verifyBackup', input)).toEqual([]);
    await rig.capture('verifyBackup', input);
    await rig.act('verifyBackup', input);
    expect(JSON.parse(requests[0]!)).toMatchObject({
      place: { kind: 's3', accessKey: { id: 'id', secret: 's3-canary' } },
      identity: 'AGE-SECRET-KEY-canary',
    });
    const { metadata: _, ...others } = fake.find<KubeObject>({ apiVersion: 'v1', kind: 'Secret', namespace: 'data', name: 'keys' })!;
    expect(told(fake).replaceAll(JSON.stringify((others as unknown as Secret).data), '')).not.toMatch(/s3-canary|SECRET-KEY/);
  });

  test('names are exchanged and exchanged back; only what was put aside is dropped at the end', async () => {
    const { fake } = createRestoreWorld();
    const beginning = fake.world();
    const restoring = new StepRig(fake, restoreDatabase);
    await restoring.capture('restoreDatabase', restore, 'restore');
    await restoring.act('restoreDatabase', restore, 'restore');
    const rig = new StepRig(fake, replaceDatabase);
    const names = { server, restored: 'rehelm_restored_orders', name: 'orders', aside: 'rehelm_replaced_orders' };
    await rig.capture('replaceDatabase', names, 'replace');
    expect(await rig.act('replaceDatabase', names, 'replace')).toEqual({ replaced: true, ended: 1 });
    expect(await rig.act('replaceDatabase', names, 'replace')).toMatchObject({ replaced: true });
    await rig.undo('replaceDatabase', 'replace');
    await rig.undo('replaceDatabase', 'replace');
    await restoring.undo('restoreDatabase', 'restore');
    expect(fake.world()).toEqual(beginning);
    const dropping = new StepRig(createRestoreWorld().fake, dropReplacedDatabase);
    expect(await dropping.act('dropReplacedDatabase', { server, database: 'rehelm_replaced_orders', withinSeconds: 60 })).toEqual({ dropped: false });
    await dropping.capture('dropReplacedDatabase', { server, database: 'rehelm_replaced_orders', withinSeconds: 60 });
    await expect(dropping.undo('dropReplacedDatabase')).rejects.toMatchObject({ type: 'WouldLoseData' });
  });
});
