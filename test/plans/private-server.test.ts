import { type PrivateServerWish, servePrivately, type UpgradeWish, upgradeInPlace } from '../../src/plans/private-server.js';

const wish: PrivateServerWish = {
  claim: { namespace: 'shop', name: 'data-db-0' },
  volume: 'pv-1',
  data: 'pgdata',
  major: 11,
  user: { uid: 1001, gid: 0 },
  image: 'registry.example.com/db:11',
  binaries: '/opt/db/bin',
  workloads: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }],
};

test('the volume is kept before anything is started on it, and what is started refuses every write', () => {
  const { steps, notes } = servePrivately(wish);
  expect(steps.map(({ step }) => step)).toEqual(['retainVolume', 'servePrivately']);
  expect(steps[1]).toMatchObject({ id: 'serve/data-db-0', input: { mode: 'standby', superuser: 'postgres', binaries: '/opt/db/bin', user: { uid: 1001 } } });
  expect(notes[0]).toMatch(/no role can write to it/);
});

test('unlogged tables are not emptied: their server is closed instead, and the plan says so', () => {
  const { steps, notes } = servePrivately({ ...wish, unlogged: true });
  expect(steps[1]?.input).toMatchObject({ mode: 'closed' });
  expect(notes[0]).toMatch(/unlogged tables, which a start in recovery would empty/);
});

describe('an upgrade in place', () => {
  const full: UpgradeWish = {
    ...wish,
    to: { major: 18, data: 'pgdata' },
    image: 'registry.example.com/both:11-18',
    wayBack: { claim: { namespace: 'shop', name: 'data-db-0' } },
  };

  test('is offered with its reason where both versions and a way back are there', () => {
    const offer = upgradeInPlace(full);
    expect(offer).toMatchObject({ reason: expect.stringContaining('whatever the size') });
    expect('steps' in offer && offer.steps.map(({ step }) => step)).toEqual(['retainVolume', 'upgradeInPlace']);
    expect('steps' in offer && offer.steps[1]?.input).toMatchObject({ image: 'registry.example.com/both:11-18', to: { major: 18 }, wayBack: full.wayBack });
  });

  test.each<[Partial<UpgradeWish>, RegExp]>([
    [{ image: undefined as never }, /no image with the programs of both 11 and 18/],
    [{ wayBack: undefined as never }, /no snapshot or clone to come back to/],
    [{ to: { major: 11, data: 'pgdata' } }, /PostgreSQL 11 is no newer than 11/],
  ])('is not offered otherwise, and says why: %j', (more, reason) => {
    expect(upgradeInPlace({ ...full, ...more })).toEqual({ not: [expect.stringMatching(reason)] });
  });
});
