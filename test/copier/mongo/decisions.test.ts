import { describe, expect, it } from '@jest/globals';
import { BSON, Timestamp } from 'mongodb';
import { compareDatabases } from '../../../src/copier/mongo/compare-databases.js';
import { holdsEmptyTimestamp } from '../../../src/copier/mongo/empty-timestamps.js';
import { rangesOf } from '../../../src/copier/mongo/id-ranges.js';
import { restoredRoles } from '../../../src/copier/mongo/verbs/unfence.js';
import { reachOf } from '../../../src/copier/mongo/write-privileges.js';
import { runSideBySide } from '../../../src/copier/run-side-by-side.js';
import type { DatabaseHash } from '../../../src/model/copier-mongo.js';

describe('empty timestamps', () => {
  const empty = new Timestamp({ t: 0, i: 0 });
  const holds = (document: object) => holdsEmptyTimestamp(BSON.serialize(document));
  it('count in a field of the document itself, wherever it stands', () => {
    expect(holds({ _id: 1, at: empty })).toBe(true);
    expect(holds({ _id: 1, a: 'x', at: empty, z: 0 })).toBe(true);
  });
  it('do not count in _id, deeper down, when not empty, or when only their bytes occur', () => {
    for (const other of [
      { _id: empty },
      { _id: 1, deep: { at: empty } },
      { _id: 1, list: [empty] },
      { _id: 1, at: new Timestamp({ t: 0, i: 1 }) },
      { _id: 1, zero: 0.0, text: '\u0011\u0000'.repeat(9) },
    ])
      expect(holds(other)).toBe(false);
  });
});

describe('ranges of one bracket', () => {
  it('begin with all that no later range takes', () => {
    expect(rangesOf([7], [])).toEqual([{ _id: { $type: [7] } }]);
    expect(rangesOf([7], ['b', 'c'])).toEqual([{ _id: { $type: [7], $not: { $gte: 'b' } } }, { _id: { $gte: 'b', $lt: 'c' } }, { _id: { $gte: 'c' } }]);
  });
});

describe('what a role can do to databases', () => {
  const on = (db: string, ...actions: string[]) => ({ resource: { db, collection: '' }, actions });
  it.each([
    ['reads only', [on('shop', 'find')], 'none'],
    ['writes elsewhere', [on('other', 'insert'), on('shop', 'find')], 'none'],
    ['writes here and nowhere else', [on('shop', 'find', 'insert')], 'confined'],
    ['may give itself rights here', [on('shop', 'grantRole')], 'confined'],
    ['writes here and reads elsewhere', [on('shop', 'insert'), on('other', 'find')], 'wide'],
    ['writes everywhere', [on('', 'insert')], 'wide'],
    ['is root', [{ resource: { anyResource: true }, actions: ['anyAction'] }], 'wide'],
    ['acts on the cluster only', [{ resource: { cluster: true }, actions: ['shutdown'] }], 'none'],
  ] as const)('%s', (_title, privileges, reach) => {
    expect(reachOf(privileges as Parameters<typeof reachOf>[0], ['shop'])).toBe(reach);
  });
});

describe('giving roles back', () => {
  const r = (role: string) => ({ role, db: 'd' });
  it('restores what was captured, drops what the fence put there, keeps what somebody added', () => {
    const user = { roles: [r('readWrite'), r('x')], fencedRoles: [r('read'), r('x')] };
    expect(restoredRoles(user, [r('read'), r('x')])).toEqual(user.roles);
    expect(restoredRoles(user, [r('read'), r('x'), r('new')])).toEqual([...user.roles, r('new')]);
    expect(restoredRoles(user, user.roles)).toEqual(user.roles);
    expect(restoredRoles(user, [])).toEqual(user.roles);
  });
});

describe('comparing databases', () => {
  const database = (more: Partial<DatabaseHash['collections'][number]> = {}, views: DatabaseHash['views'] = []): DatabaseHash => ({
    database: 'd',
    documents: 1,
    bytes: 1,
    hash: 'h',
    collections: [
      {
        name: 'c',
        documents: 1,
        bytes: 1,
        hash: 'h',
        options: { capped: true, size: 5 },
        indexes: [
          { key: { a: 1, b: 1 }, name: 'i' },
          { key: { z: 1 }, name: 'z' },
        ],
        ...more,
      },
    ],
    views,
  });
  const differences = (other: DatabaseHash) => compareDatabases(database(), other).differences;
  it('takes options and index fields in any order, and indexes in any order', () => {
    expect(
      differences(
        database({
          options: { size: 5, capped: true },
          indexes: [
            { key: { z: 1 }, name: 'z' },
            { name: 'i', key: { a: 1, b: 1 } },
          ],
        }),
      ),
    ).toEqual([]);
  });
  it('takes the order of keys in an index, other options and other views for differences', () => {
    expect(
      differences(
        database({
          indexes: [
            { key: { b: 1, a: 1 }, name: 'i' },
            { key: { z: 1 }, name: 'z' },
          ],
        }),
      ),
    ).toEqual([expect.stringContaining('other indexes')]);
    expect(differences(database({ options: { capped: true, size: 6 } }))).toEqual(['c: other options.']);
    expect(differences(database({}, [{ name: 'v', definition: { viewOn: 'c' } }]))).toEqual([expect.stringContaining('View v')]);
  });
});

describe('working side by side', () => {
  it('never has more in hand than allowed, and begins nothing after a failure', async () => {
    let [now, most] = [0, 0];
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      if (item === 4) throw new Error('four');
    };
    await expect(runSideBySide([1, 2, 3, 4, 5, 6, 7, 8, 9], 2, work)).rejects.toThrow('four');
    expect(most).toBe(2);
    expect(now).toBe(0);
    expect(begun.length).toBeLessThan(7);
  });
});
