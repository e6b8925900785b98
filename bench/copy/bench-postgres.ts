import { bundleCopier } from '../../test/copier/support/copier-process.js';
import type { CopyBench, CopyPart } from './copy-table.js';
import { measure } from './measure.js';
import { startProxy } from './proxy.js';
import { fill, openScene, warm } from './scene.js';

export interface PostgresBench {
  /** Of the one big table, and of the twenty together. */
  readonly mebibytes: number;
  /** Of all contenders, for the median. The slow way is gone once. */
  readonly rounds: number;
  readonly parts: ReadonlySet<CopyPart>;
  /** Toxiproxy's program. */
  readonly proxy: string;
  readonly tell: (line: string) => void;
}

/** What a network or a cloud's disk does to one stream. */
export const distance = { roundTripMs: 5, bytesPerSecond: 15_000_000 } as const;
/** As many streams as a user would choose for such a way; near by it is the default. */
export const farConnections = 8;

/** The copier beside pg_dump and its companions, between two servers of this machine: near, and through a proxy that slows everybody's connections alike. */
export async function benchPostgres({ mebibytes, rounds, parts, proxy: program, tell }: PostgresBench): Promise<CopyBench['postgres']> {
  const scene = await openScene();
  const copier = await bundleCopier();
  const proxy = await startProxy(program);
  const common = { scene, program: copier, tell, rounds };
  const near = { source: scene.source.at, target: scene.target.at };
  try {
    await warm(scene, mebibytes);
    const figures: { -readonly [part in CopyPart]?: Awaited<ReturnType<typeof measure>> } = {};
    if (parts.has('oneTable') || parts.has('throttled')) {
      tell(`one table of ${mebibytes} MiB is filled`);
      await fill(scene, 'one_table', 1, mebibytes);
      if (parts.has('oneTable')) figures.oneTable = await measure({ ...common, ends: near, from: 'one_table', tables: 1 });
    }
    if (parts.has('throttled')) {
      const ends = {
        source: await proxy.before('source', near.source, distance),
        target: await proxy.before('target', near.target, distance),
        connections: farConnections,
      };
      figures.throttled = await measure({ ...common, rounds: 1, ends, from: 'one_table', tables: 1 });
    }
    if (parts.has('twentyTables')) {
      tell(`twenty tables of ${mebibytes / 20} MiB are filled`);
      await scene.source.query('postgres', 'DROP DATABASE IF EXISTS one_table');
      await fill(scene, 'twenty_tables', 20, mebibytes / 20);
      figures.twentyTables = await measure({ ...common, ends: near, from: 'twenty_tables', tables: 20 });
    }
    return figures;
  } finally {
    await Promise.all([scene.stop(), proxy.stop()]);
    copier.remove();
  }
}
