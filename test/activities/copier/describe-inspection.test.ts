import { describeMongo } from '../../../src/activities/copier/describe-inspection.js';
import type { CollectionInspection, DatabaseInspection } from '../../../src/model/copier-mongo.js';

const collection = (name: string, more: Partial<CollectionInspection> = {}): CollectionInspection => ({
  ...{ name, type: 'collection', documents: 10, bytes: 2048, options: {}, indexes: [] },
  ...more,
});

const found: DatabaseInspection = {
  ...{ name: 'shop', exists: true, documents: 30, bytes: 5 * 1024, problems: [], notes: [] },
  collections: [
    collection('small', { bytes: 1024 }),
    collection('big', { indexes: [{ key: { a: 1 } }, { key: { b: 1 } }] }),
    collection('metrics', { type: 'timeseries' }),
    collection('totals', { type: 'view', bytes: 0, documents: 0 }),
  ],
  users: [{ name: 'shop', roles: [{ role: 'readWrite', db: 'shop' }] }],
};

// Of PostgreSQL: test/copier/postgres/inspect.test.ts, on a real server.
test('a MongoDB database is told to a reader in a few lines, largest collections first', () => {
  expect(describeMongo(found)).toEqual([
    '5.0 KiB of documents, indexes beside those on _id: 2',
    '4 collections with 30 documents',
    'largest: big (2.0 KiB), metrics (2.0 KiB), small (1.0 KiB)',
    'views: totals',
    'time series: metrics',
    'users: shop',
  ]);
  expect(describeMongo({ ...found, exists: false })).toEqual([]);
});
