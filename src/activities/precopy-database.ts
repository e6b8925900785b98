import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, endWatchers } from './copier/copier-job.js';
import { engineOf } from './copier/engine-of.js';
import type { PrecopiedDatabase, PrecopyOrder } from './copier/precopier.js';
import { requirePrecopier } from './copier/require-precopier.js';
import { asProblems } from './objects/as-problems.js';

export interface PrecopyDatabaseInput extends PrecopyOrder {
  /** The target. */
  readonly server: DatabaseServerRef;
  /** WAL that may pile up on the source's disk, also while the run waits for a person. */
  readonly slotLimitBytes: number;
  readonly withinSeconds: number;
}

export interface PrecopyDatabaseUndo extends PrecopyOrder {
  readonly server: DatabaseServerRef;
}

/** Fills the target by logical replication while the product runs, and keeps it near the source until the cutover. */
export function precopyDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const part = { kube, settings };

  async function isOwn(to: string, { run }: Act): Promise<boolean> {
    return (await journal.read(run)).some(({ step, captured }) => step === 'precopyDatabase' && (captured as PrecopyDatabaseUndo).to === to);
  }

  return {
    /** Nothing in the source stands against it, the target's server reaches it and has room; the target is absent, empty, or this run's own. */
    async checkPrecopyDatabase({ server, source, from, to }: PrecopyDatabaseInput, act: Act): Promise<readonly string[]> {
      return asProblems(async () => {
        const precopier = requirePrecopier(part, server, source);
        // Begun, it takes slots and workers of its own: what is free says nothing any more.
        if (await isOwn(to, act)) return [];
        const [left] = (await engineOf(part, source).inspect([from], act)).databases;
        if (!left?.exists) return [`database ${from} is not there`];
        const [right] = (await engineOf(part, server).inspect([to], act)).databases;
        const holds = right?.holds === undefined ? [] : [`database ${to} holds ${right.holds} already: drop or rename it`];
        return [...(await precopier.check({ source, from, to }, act)), ...holds];
      });
    },

    /** Names what an undo takes away, if the copier's notes say that this run made it. Changes nothing. */
    async capturePrecopyDatabase({ server, source, from, to }: PrecopyDatabaseInput): Promise<PrecopyDatabaseUndo> {
      return { server, source, from, to };
    },

    /** Returns when every row is there, the indexes are built and little is under way. A Job stays that guards the source's disk. Safe to repeat. */
    async precopyDatabase({ server, source, ...order }: PrecopyDatabaseInput, act: Act): Promise<PrecopiedDatabase> {
      return requirePrecopier(part, server, source).begin({ source, ...order }, act);
    },

    /**
     * Leaves the source as it was, without publication, slot and role, and no database on the target, however far the run came. Of a target that is dead the source is
     * freed all the same, and watched until then. Safe to repeat, and safe if precopyDatabase never ran.
     */
    async undoPrecopyDatabase({ server, ...order }: PrecopyDatabaseUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      await requirePrecopier(part, server, order.source).abort(order, act);
      await endWatchers({ kube }, act);
    },
  };
}
