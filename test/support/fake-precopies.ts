import { isDeepStrictEqual } from 'node:util';
import type { FakePostgresDatabase, Stage, Verbs } from './fake-postgres.js';
import { horizonOf } from './fake-postgres.js';

const databaseAt = ({ servers }: Stage, host: string, name: string): FakePostgresDatabase | undefined => servers[host]?.[name];

/** Rows that are on both servers, as a subscription brings them. */
function follow(stage: Stage, { at, source, from, to }: { readonly at: Host; readonly source: Host; readonly from: string; readonly to: string }): void {
  stage.put(at.host, to, { rows: databaseAt(stage, source.host, from)?.rows ?? [], open: true, marked: true });
}

interface Host {
  readonly host: string;
}

/** What the real copier does ahead of a window, on databases that are lists of rows: `followed` on the source stands for publication, slot and role. */
export const precopyVerbs: Verbs = {
  checkPrecopy: ({ source, from }, stage) => ({
    problems: databaseAt(stage, source.host, from)?.keyless
      ? ['public.orders: neither primary key nor replica identity; give it a key, or REPLICA IDENTITY FULL.']
      : [],
  }),
  precopy: (request, stage) => {
    const { source, from, to } = request;
    const left = databaseAt(stage, source.host, from)!;
    const isBegun = stage.notes.made.has(to);
    if (isBegun && !left.followed) return { failure: { type: 'PrecopyLost', message: 'Replication slot is gone from the source.' } };
    stage.notes.made.add(to);
    stage.put(source.host, from, { ...left, followed: true });
    follow({ ...stage, servers: stage.read() }, request);
    return { tables: 1, bytes: left.rows.length * 1000, definitions: 1, roles: { made: [], found: [] }, lagBytes: 7, seconds: 1 };
  },
  drainPrecopy: (request, stage) => {
    const { at, source, from, to } = request;
    const { followed, ...left } = databaseAt(stage, source.host, from)!;
    // Again, it finds it done.
    if (followed) {
      follow(stage, request);
      stage.put(source.host, from, left);
    }
    const now = stage.read();
    return {
      ...{ lagBytes: 5, waitedSeconds: 0.1, sequences: 1, definitions: 2, seconds: 1 },
      source: { database: from, horizon: horizonOf(now[source.host]?.[from]) },
      target: { database: to, horizon: horizonOf(now[at.host]?.[to]) },
    };
  },
  provePrecopy: ({ at, source, from, to }, stage) => {
    const [left, right] = [databaseAt(stage, source.host, from), databaseAt(stage, at.host, to)];
    const equal = isDeepStrictEqual(left?.rows, right?.rows);
    return { equal, rows: left?.rows.length ?? 0, tables: [], differences: equal ? [] : ['orders: other rows.'], seconds: 1 };
  },
  abortPrecopy: ({ at, source, from, to }, stage) => {
    const { followed, ...left } = databaseAt(stage, source.host, from)!;
    if (followed) stage.put(source.host, from, left);
    if (!stage.notes.made.delete(to)) return { dropped: false, rolesLeft: [] };
    stage.put(at.host, to, undefined);
    return { dropped: true, rolesLeft: [] };
  },
};
