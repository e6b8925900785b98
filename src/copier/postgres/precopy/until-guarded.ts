import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import { applicationName } from '../with-session.js';
import { guardOf } from './precopy-name.js';
import { waitFor } from './wait-for.js';

const mostMs = 1000;
/** Its pod comes up beside this one. */
const patienceMs = 30_000;

/** Somebody looks at what a slot of this name would keep on the source's disk. NotReady where nobody does: a pod may wait for a node for longer than a guard waits for its slot. */
export function untilGuarded(source: PostgresSession, name: string, signal: AbortSignal): Promise<true> {
  const untilMs = Date.now() + patienceMs;
  return waitFor(signal, mostMs, async () => {
    const found = await source.query('SELECT 1 FROM pg_stat_activity WHERE application_name = $1', [applicationName(guardOf(name))]);
    if (found.length > 0) return true;
    if (Date.now() > untilMs) throw failure('NotReady', `Nobody guards the disk of ${source.name}: no slot is made there.`);
    return undefined;
  });
}
