import { dataDifferences, type ProductState } from '../e2e/live-agent/state.js';

const before: ProductState = {
  columns: { users: ['id'] },
  tables: { users: { rows: 2, md5: 'a' } },
  sequences: { users_id_seq: 2, conversation_display_ids: null },
  files: { count: 1, hash: 'f' },
  keys: ['session:1'],
  release: { revision: 1, status: 'deployed', chart: 'live-agent-4.43.0' },
};

describe('two states of Live Agent', () => {
  it('are the same to users whatever Redis and the release say, and with tables and sequences that were added', () => {
    const { release: _, ...rest } = before;
    const after = {
      ...rest,
      keys: [],
      tables: { ...before.tables, sla_policies: { rows: 0, md5: 'n' } },
      sequences: { ...before.sequences, sla_policies_id_seq: null },
    };
    expect(dataDifferences(before, after)).toEqual([]);
  });

  it('differ in a row, a table that is gone, a sequence that lost its place, and a file', () => {
    const tables = (users: object | undefined) => ({ ...before, tables: users ? { users } : {} }) as ProductState;
    expect(dataDifferences(before, tables({ rows: 2, md5: 'b' }))).toEqual(['table users: {"rows":2,"md5":"a"}, now {"rows":2,"md5":"b"}']);
    expect(dataDifferences(before, tables(undefined))).toEqual(['table users: {"rows":2,"md5":"a"}, now absent']);
    expect(dataDifferences(before, { ...before, sequences: { users_id_seq: 1, conversation_display_ids: null } })).toEqual(['sequence users_id_seq: 2, now 1']);
    expect(dataDifferences(before, { ...before, files: { count: 1, hash: 'g' } })).toEqual([
      'volume files: {"count":1,"hash":"f"}, now {"count":1,"hash":"g"}',
    ]);
  });
});
