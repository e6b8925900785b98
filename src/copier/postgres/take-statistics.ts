import type { PostgresSession } from '../../adapters/postgres/session.js';
import { runByHands } from '../run-side-by-side.js';
import { foreignSchemas, quoteTable } from './tables.js';

/** From here on a server takes another's statistics: pg_restore_relation_stats and pg_restore_attribute_stats. */
export const takesStatistics = (major: number): boolean => major >= 18;

/**
 * Relations whose statistics nobody has made: of rows that are there none, or extended ones, which do not travel. Of a partitioned table the whole, since ANALYZE
 * goes down to its partitions. Biggest first.
 */
const without = `
  WITH lacking AS (
    SELECT c.oid, c.relkind, n.nspname AS schema, c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm', 'p') AND ${foreignSchemas}
      AND (NOT EXISTS (SELECT FROM pg_statistic s WHERE s.starelid = c.oid) OR EXISTS (SELECT FROM pg_statistic_ext e WHERE e.stxrelid = c.oid))
  )
  SELECT schema, name FROM lacking
  WHERE NOT EXISTS (SELECT FROM pg_inherits i JOIN lacking parent ON parent.oid = i.inhparent WHERE i.inhrelid = lacking.oid AND parent.relkind = 'p')
  ORDER BY pg_table_size(lacking.oid) DESC, 1, 2
`;

/**
 * So that the product does not begin with plans made of nothing: the source's own statistics, and with them its plans; what they leave out is analyzed, side by side.
 * `statistics` is pg_dump's text, where the target takes it.
 */
export async function takeStatistics(targets: readonly [PostgresSession, ...PostgresSession[]], statistics?: string): Promise<void> {
  const [first] = targets;
  if (statistics !== undefined) await first.run(statistics);
  await runByHands(await first.query<{ schema: string; name: string }>(without), targets, (table, target) => target.run(`ANALYZE ${quoteTable(table)}`));
}
