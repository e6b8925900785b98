import type { LieName } from './lies.js';

/** How the way to the primary is closed: no listener · accepted, then reset · accepted and silent · packets are dropped. */
export const outageModes = ['refused', 'reset', 'silent', 'blackHole'] as const;
export type OutageMode = (typeof outageModes)[number];

/** What a proxy is to do during the next drill. */
export interface Orders {
  readonly lie?: LieName;
  readonly outage?: { readonly mode: OutageMode; readonly downSeconds: number };
}

/** What it did. */
export interface Facts {
  /** How often it lied: rows, answers or samples, whichever the lie is made of. */
  readonly lies: number;
  /** Rows that the primary never got. */
  readonly ghosts: readonly { readonly id: string; readonly payload: string }[];
  /** How long the way was closed, on the proxy's own monotonic clock. */
  readonly outageSeconds?: number;
}
