import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { throwIfStopped } from '../../stop.js';
import type { PostgresContext } from '../context.js';
import { tooMuch } from '../precopy/follow-source.js';
import { guardOf, precopyName } from '../precopy/precopy-name.js';
import { readSlot } from '../precopy/slot.js';
import { SourceSide } from '../precopy/source-side.js';
import { withSession } from '../with-session.js';

const defaultEverySeconds = 5;
const defaultAppearsWithinSeconds = 900;

/** Above the limit the slot goes. */
async function look(source: PostgresSession, name: string, slotLimitBytes: number): Promise<{ readonly isThere: boolean; readonly lost?: string }> {
  const slot = await readSlot(source, name);
  if (!slot || slot.keptBytes <= slotLimitBytes) return { isThere: slot !== undefined };
  await new SourceSide(source, name).dropSlots();
  return { isThere: true, lost: tooMuch(name, slot.keptBytes, slotLimitBytes) };
}

/** Watches what a slot keeps on the source's disk as long as there is one, whether the run goes on or waits for a person. Above the limit it takes it. */
export const guardPrecopy = (request: PostgresRequestOf<'guardPrecopy'>, { open, signal }: PostgresContext): Promise<PostgresResults['guardPrecopy']> => {
  const { at, from, slotLimitBytes, everySeconds = defaultEverySeconds, appearsWithinSeconds = defaultAppearsWithinSeconds } = request;
  const name = precopyName(request);
  const untilMs = Date.now() + appearsWithinSeconds * 1000;
  // Under a name of its own: who takes a run over ends the copiers of it, and the guard has to stay.
  return withSession({ open, at, database: from, run: guardOf(name) }, async (source) => {
    for (let seen = false; ; ) {
      throwIfStopped(signal);
      const { isThere, lost } = await look(source, name, slotLimitBytes);
      if (lost !== undefined) return { lost };
      if (!isThere && (seen || Date.now() > untilMs)) return { lost: null };
      seen ||= isThere;
      await sleep(everySeconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  });
};
