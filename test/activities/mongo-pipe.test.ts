import { setTimeout } from 'node:timers/promises';
import { copyDatabase } from '../../src/activities/copy-database.js';
import { toRaw } from '../copier/mongo/support/shop.js';
import { createMongoBackupWorld, type MongoBackupWorld } from '../support/mongo-backup-world.js';
import { StepRig } from '../support/step-rig.js';

const shop = [{ name: 'orders', documents: [1, 2, 3].map((_id) => toRaw({ _id })) }];

const soon = async (holds: () => boolean) => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries === 400) throw new Error('not within 10 s');
    await setTimeout(25);
  }
};

describe('a copy by mongodump piped into mongorestore', () => {
  let world: MongoBackupWorld;
  const input = () => {
    const server = { engine: 'mongodb', host: world.host, admin: { secretRef: { namespace: 'mongodb', name: 'root' } } } as const;
    return { server, from: 'shop', to: 'again', tools: { image: 'mongo:7.0' }, connections: 2, withinSeconds: 60 };
  };
  const names = () => world.jobs.map(({ metadata }) => metadata.name.replace(/^rehelm-r1-|-[0-9a-f]{10}-[0-9]$/g, ''));

  async function begin() {
    const rig = new StepRig(world.fake, copyDatabase);
    await rig.capture('copyDatabase', input());
    return rig;
  }

  beforeEach(async () => {
    world = await createMongoBackupWorld(shop);
  });
  afterEach(() => world.stop());

  test('answers what the copier has read of the source, which the proof goes by', async () => {
    const rig = await begin();
    expect(await rig.act('copyDatabase', input())).toEqual({
      ...{ documents: 3, bytes: expect.any(Number), collections: 1, seconds: expect.any(Number), attempts: 1 },
      source: {
        ...{ database: 'shop', documents: 3, hash: expect.stringMatching(/^[0-9a-f]{32}$/) },
        collections: [{ name: 'orders', documents: 3, bytes: expect.any(Number), hash: expect.stringMatching(/^[0-9a-f]{32}$/) }],
      },
    });
    expect(names()).toEqual(['hash', 'taketarget', 'mongo-pipe']);
    expect(JSON.stringify(world.jobs.at(-1))).toContain('--numParallelCollections=2');
    expect(JSON.stringify(world.jobs)).not.toContain('canary');
  });

  test('that outlives its worker is found again by the next attempt, which empties nothing under it', async () => {
    const rig = await begin();
    const [{ behaviour }, piping] = [world.fake, Promise.withResolvers<void>()];
    const fate = behaviour.job;
    behaviour.job = async (job) => {
      if (!job.metadata.name.includes('mongo-pipe')) return fate(job);
      world.server.add('again', 'underway');
      await piping.promise;
      return fate(job);
    };
    await expect(rig.act('copyDatabase', { ...input(), withinSeconds: 3 })).rejects.toMatchObject({ type: 'TimedOut' });
    const second = rig.act('copyDatabase', input());
    await soon(() => names().filter((name) => name === 'hash').length === 2);
    await setTimeout(500);
    piping.resolve();
    await second;
    expect(names().filter((name) => name !== 'hash')).toEqual(['taketarget', 'mongo-pipe']);
    expect([...world.server.databases.get('again')!.keys()]).toContain('underway');
  });

  test('takes no database that somebody else has filled, and its undo leaves that', async () => {
    world.server.add('again', 'theirs');
    const rig = await begin();
    await expect(rig.act('copyDatabase', input())).rejects.toMatchObject({ type: 'TargetNotEmpty' });
    await expect(rig.undo('copyDatabase')).rejects.toMatchObject({ type: 'NotOurs' });
    expect([...world.server.databases.get('again')!.keys()]).toEqual(['theirs']);
    expect(names()).not.toContain('mongo-pipe');
  });

  test('goes with its undo', async () => {
    const rig = await begin();
    await rig.act('copyDatabase', input());
    await rig.undo('copyDatabase');
    expect([...world.server.databases.keys()]).not.toContain('again');
    expect(world.fake.all('batch/v1', 'Job')).toEqual([]);
  });
});
