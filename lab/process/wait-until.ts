import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../lab-error.js';
import { interruption } from './interruption.js';

/** A wait for something outside; `what` finishes the sentence "timed out waiting until …". */
export interface Wait {
  readonly what: string;
  readonly timeoutSeconds: number;
  readonly everyMilliseconds?: number;
  /** What to do, or where to look, when it never happens. */
  readonly hint?: string;
}

/** Polls until `isTrue` answers true. Fails with a LabError after the timeout. */
export async function waitUntil(wait: Wait, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + wait.timeoutSeconds * 1000;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new LabError(`timed out after ${wait.timeoutSeconds} s waiting until ${wait.what}`, wait.hint);
    await delay(wait.everyMilliseconds ?? 100, undefined, { signal: interruption() });
  }
}
