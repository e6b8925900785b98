import type { SecretKeyRef } from '../../model/refs.js';

/**
 * Files that a spec names (values), as Secrets `rehelm-system/req-…`. The CLI and the API write them before a start; the spec then carries the reference.
 * The same content has the same name, so that a plan that was looked at has the hash of the run that follows; the name is an HMAC under a key of the
 * cluster, since a bare hash of a short secret can be guessed. They are immutable: what was approved is what is installed.
 */
export interface RequestFiles {
  /** InvalidSpec for a file that no Secret can hold. */
  put(fileName: string, content: Uint8Array): Promise<SecretKeyRef>;
  /** Keeps it for the run, several runs may. A reference to any other Secret is left alone. */
  claim(ref: Omit<SecretKeyRef, 'key'>, run: string): Promise<void>;
  /** Gives up everything that the run claimed. */
  release(run: string): Promise<void>;
  /** Removes files that nobody has put for that long, unless a run still needs them: `isNeeded` is asked with the name and the runs that claim it. Answers what it removed. */
  sweep(olderThanSeconds: number, isNeeded: (name: string, runs: readonly string[]) => boolean): Promise<readonly string[]>;
}
