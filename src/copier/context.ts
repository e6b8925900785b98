import type { CopierProgress } from '../model/copier.js';

/** What every verb gets of the process it runs in. */
export interface CopierContext {
  readonly podUid: string;
  /** Aborted by SIGTERM. */
  readonly signal: AbortSignal;
  /** May be called as often as one likes; at most one line a second comes of it. */
  readonly progress: (progress: CopierProgress) => void;
}
