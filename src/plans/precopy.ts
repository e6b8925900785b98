import { namedOrCounted } from '../model/counted.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import { type CopiedSize, estimateCopy } from './estimate-copy.js';
import type { TypedStep } from './step.js';

export interface PrecopyWish {
  readonly source: DatabaseServerRef;
  /** The target. */
  readonly server: DatabaseServerRef;
  /** With their size, where it is known. */
  readonly databases: readonly { readonly from: string; readonly to: string; readonly size?: CopiedSize | undefined }[];
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
  /** Right before the window, while users still work: what was lost until then is found, and what has come since is caught up with. */
  readonly ready: readonly TypedStep[];
  /** Once the product's own pods are stopped, or as they are: writers out, drain, and the proof where users wait for it. */
  readonly cutover: readonly TypedStep[];
  /** Users are on the target by now; a finalize comes after it. */
  readonly afterwards: readonly TypedStep[];
}

/** Of the drain, in seconds: what was under way is little, or the copy ahead would not have ended. */
const drainSeconds = 1800;

const precopyId = (to: string) => `precopy/${to}`;
/** The step whose result says how the source stood when nothing was under way any more. */
export const drainId = (to: string) => `drain/${to}`;
export const proofId = (to: string) => `verify/${to}`;

/** Databases move with a short window: most of it before, by logical replication, and the fence only around the rest. */
export function precopy({ source, server, databases, slotLimitBytes, withinSeconds, prove }: PrecopyWish): PrecopySteps {
  const each = (make: (database: PrecopyWish['databases'][number], order: Order) => TypedStep) =>
    databases.map((database) => make(database, { server, source, from: database.from, to: database.to }));
  const limits = { slotLimitBytes, withinSeconds };

  const ahead = each(({ size }, order) => ({
    id: precopyId(order.to),
    step: 'precopyDatabase',
    title: `Copy ${arrow(order)} while the product runs`,
    input: { ...order, ...limits },
    ...(size && { estimate: estimateCopy(size).copy }),
    withinSeconds,
  }));
  const ready = each((_, order) => ({
    id: `ready/${order.to}`,
    step: 'confirmPrecopy',
    proves: true,
    title: `${order.to} has followed ${order.from} up to now`,
    input: { ...order, ...limits, precopyStep: precopyId(order.to) },
    withinSeconds,
  }));
  const names = databases.map(({ from }) => from);
  const fence: TypedStep = {
    id: 'fence',
    step: 'fenceDatabase',
    title: `Shut writers out of ${namedOrCounted(names, 'database')}`,
    input: { server: source, databases: names },
  };
  const drains = each((_, order) => ({
    id: drainId(order.to),
    step: 'drainPrecopy',
    title: `Take what ${order.to} still lacks of ${order.from}`,
    input: { ...order, withinSeconds: drainSeconds },
    withinSeconds: drainSeconds,
  }));
  const proofs = each(({ size }, order) => ({
    id: proofId(order.to),
    step: 'verifyPrecopy',
    proves: true,
    title: `Prove ${order.to} equal to ${order.from} as it was at the cutover`,
    group: 'prove',
    input: { ...order, drainStep: drainId(order.to), withinSeconds },
    ...(size && { estimate: estimateCopy(size).verify }),
    withinSeconds,
  }));
  const isBefore = prove === 'before';
  return { ahead, ready, cutover: [fence, ...drains, ...(isBefore ? proofs : [])], afterwards: isBefore ? [] : proofs };
}

interface Order {
  readonly server: DatabaseServerRef;
  readonly source: DatabaseServerRef;
  readonly from: string;
  readonly to: string;
}

export const arrow = ({ from, to }: Pick<Order, 'from' | 'to'>): string => (from === to ? from : `${from} → ${to}`);
