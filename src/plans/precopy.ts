import type { DatabaseServerRef } from '../model/database-refs.js';
import type { TypedStep } from './step.js';

export interface PrecopyWish {
  /** Tells the steps of one copy from those of another: `shop`. */
  readonly id: string;
  readonly source: DatabaseServerRef;
  /** The target. */
  readonly server: DatabaseServerRef;
  readonly from: string;
  readonly to: string;
  /** WAL that may pile up on the source's disk. */
  readonly slotLimitBytes: number;
  /** Of the copy ahead, and of the proof. */
  readonly withinSeconds: number;
  /**
   * `before`: users wait for the proof, which takes as long as both sides are read. `after`: they don't; a difference is found when they have written already, and a
   * product that alters its tables at its first start waits for the proof there.
   */
  readonly prove: 'before' | 'after';
}

export interface PrecopySteps {
  /** While the product runs: hours, days. */
  readonly ahead: readonly TypedStep[];
  /** Once the product's own pods are stopped, or as they are: writers out, drain, and the proof where users wait for it. */
  readonly cutover: readonly TypedStep[];
  /** Users are on the target by now; a finalize comes after it. */
  readonly afterwards: readonly TypedStep[];
}

/** Of the drain, in seconds: what was under way is little, or the copy ahead would not have ended. */
const drainSeconds = 1800;

/** A database moves with a short window: most of it before, by logical replication, and the fence only around the rest. */
export function precopy({ id, source, server, from, to, slotLimitBytes, withinSeconds, prove }: PrecopyWish): PrecopySteps {
  const [order, drainStep] = [{ server, source, from, to }, `drain/${id}`];
  const ahead: TypedStep = {
    id: `precopy/${id}`,
    step: 'precopyDatabase',
    title: `Copy ${from} → ${to} while the product runs`,
    input: { ...order, slotLimitBytes, withinSeconds },
    withinSeconds,
  };
  const fence: TypedStep = { id: `fence/${id}`, step: 'fenceDatabase', title: `Shut writers out of ${from}`, input: { server: source, databases: [from] } };
  const drain: TypedStep = {
    id: drainStep,
    step: 'drainPrecopy',
    title: `Take what ${to} still lacks of ${from}`,
    input: { ...order, withinSeconds: drainSeconds },
    withinSeconds: drainSeconds,
  };
  const proof: TypedStep = {
    id: `verify/${id}`,
    step: 'verifyPrecopy',
    proves: true,
    title: `Prove ${to} equal to ${from} as it was at the cutover`,
    input: { ...order, drainStep, withinSeconds },
    withinSeconds,
  };
  return { ahead: [ahead], cutover: [fence, drain, ...(prove === 'before' ? [proof] : [])], afterwards: prove === 'after' ? [proof] : [] };
}
