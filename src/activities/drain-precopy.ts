import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import type { DrainedDatabase, PrecopyOrder } from './copier/precopier.js';
import { requirePrecopier } from './copier/require-precopier.js';

export interface DrainPrecopyInput extends PrecopyOrder {
  /** The target. */
  readonly server: DatabaseServerRef;
  readonly withinSeconds: number;
}

/** After the fence: what was still under way arrives, what replication does not carry follows, and the proof holds the state that users will find. */
export function drainPrecopy({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkDrainPrecopy({ server, source }: DrainPrecopyInput): Promise<readonly string[]> {
      return [...(await credentialProblems(kube, source)), ...(await credentialProblems(kube, server))];
    },

    /** What it changes goes with the database that precopyDatabase takes back. */
    async captureDrainPrecopy(_: DrainPrecopyInput): Promise<null> {
      return null;
    },

    /** Nothing of the run is left on the source afterwards. PrecopyLost where the slot is gone or definitions have changed. Safe to repeat. */
    async drainPrecopy({ server, ...order }: DrainPrecopyInput, act: Act): Promise<DrainedDatabase> {
      const precopier = requirePrecopier({ kube, settings }, server, order.source);
      const drained = await precopier.drain(order, act);
      await precopier.hold(order, drained, act);
      return drained;
    },

    /** Ends what drains and what proves; the rest is the undo of precopyDatabase, which comes right after the fence's. Safe to repeat. */
    async undoDrainPrecopy(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}
