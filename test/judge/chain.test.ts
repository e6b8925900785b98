import { chain, readLedger } from '../../src/judge/chain.js';
import type { LedgerRecord } from '../../src/model/drill.js';

const records: readonly LedgerRecord[] = [1, 2, 3, 4].map((id) => ({ type: 'intent', id, due: id * 10, at: id * 10 }));

function lines(): string[] {
  const line = chain();
  return records.map(line);
}

const read = (given: readonly string[]) => readLedger(given.map((line) => `${line}\n`).join(''));

describe('a ledger', () => {
  test('is read as it was written', () => {
    expect(read(lines())).toEqual({ records });
  });

  test.each<[string, (all: string[]) => string[], number]>([
    ['a line is missing', (all) => all.toSpliced(1, 1), 2],
    ['two lines changed places', ([first, second, ...rest]) => [second!, first!, ...rest], 1],
    ['a line stands twice', (all) => all.toSpliced(2, 0, all[1]!), 3],
    ['a record was altered', (all) => all.with(2, all[2]!.replace('"id":3', '"id":9')), 3],
    ['a line was cut off in the middle', (all) => all.with(3, all[3]!.slice(0, -4)), 4],
  ])('in which %s is broken from there on', (_, change, line) => {
    const { records: whole, broken } = read(change(lines()));
    expect(broken).toBe(`line ${line} of the ledger does not follow from the one before`);
    expect(whole).toEqual(records.slice(0, line - 1));
  });
});
