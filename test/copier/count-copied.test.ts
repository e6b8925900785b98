import { describe, expect, it } from '@jest/globals';
import { countCopied } from '../../src/copier/count-copied.js';

const done = (unit: string, bytes: number, podUid = '1') => ({ unit, done: { bytes, podUid } });
const open = (unit: string) => ({ unit });
const attempt = (unit: string, podUid: string, bytes: number) => ({ unit, podUid, bytes });

describe('counting what was copied twice', () => {
  it('is nothing when each unit was read once', () => {
    expect(countCopied([done('a', 10), done('b', 5, '2')], [attempt('a', '1', 10), attempt('b', '2', 5)])).toEqual({
      units: 2,
      unitsDone: 2,
      attempts: 2,
      bytes: 15,
      bytesCopiedTwice: 0,
      mostBytesOfOnePod: 0,
    });
  });

  it('is what killed attempts had read of units that others finished', () => {
    expect(countCopied([done('a', 10)], [attempt('a', '1', 7), attempt('a', '2', 3), attempt('a', '3', 10)])).toMatchObject({ bytesCopiedTwice: 10 });
  });

  it('says what the death of the one pod cost that lost most', () => {
    const units = [done('a', 10, '3'), done('b', 10, '2'), done('c', 10, '1')];
    // Read to its end by the first, too, which died before it could say so.
    const first = [attempt('a', '1', 7), attempt('b', '1', 10), attempt('c', '1', 10)];
    const second = [attempt('a', '2', 8), attempt('b', '2', 10)];
    expect(countCopied(units, [...first, ...second, attempt('a', '3', 10)])).toMatchObject({ bytesCopiedTwice: 25, mostBytesOfOnePod: 17 });
  });

  it('leaves out attempts at other units', () => {
    expect(countCopied([done('a', 10)], [attempt('a', '1', 10), attempt('other', '1', 99)])).toMatchObject({ attempts: 1, bytesCopiedTwice: 0 });
  });

  it('is nothing yet while the second attempt of a unit has not begun', () => {
    expect(countCopied([done('a', 10), open('b'), open('c')], [attempt('a', '1', 10), attempt('b', '1', 4)])).toEqual({
      units: 3,
      unitsDone: 1,
      attempts: 2,
      bytes: 14,
      bytesCopiedTwice: 0,
      mostBytesOfOnePod: 0,
    });
    expect(countCopied([open('b')], [attempt('b', '1', 4), attempt('b', '2', 6)])).toMatchObject({ bytes: 6, bytesCopiedTwice: 4 });
  });
});
