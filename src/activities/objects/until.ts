import { Context } from '@temporalio/activity';
import { failure } from '../../errors.js';

/** `yes`, or what is still missing, or why it will never come. */
export type Answer = 'yes' | { readonly notYet: string } | { readonly never: string };

/** Seconds since the activity was first scheduled: retries and new workers don't start the clock again. */
const elapsedSeconds = () => (Date.now() - Context.current().info.scheduledTimestampMs) / 1000;

/**
 * Polls until the answer is yes; TimedOut with what was still missing after `withinSeconds`.
 * Heartbeats what it waits for, and ends on a cancel, a shutdown or a pause.
 */
export async function until(withinSeconds: number, awaited: string, look: () => Promise<Answer>, everySeconds = 0.5): Promise<void> {
  const context = Context.current();
  for (let wait = 0.1; ; wait = Math.min(wait * 1.6, everySeconds)) {
    const answer = await look();
    if (answer === 'yes') return;
    if ('never' in answer) throw failure('TimedOut', `${awaited}: ${answer.never}`);
    if (elapsedSeconds() > withinSeconds) throw failure('TimedOut', `waited ${withinSeconds} s for ${awaited}; missing: ${answer.notYet}`);
    context.heartbeat({ waitingFor: awaited, missing: answer.notYet.slice(0, 500) });
    await context.sleep(wait * 1000);
  }
}
