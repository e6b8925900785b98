import { failure } from '../errors.js';

/** Ends a copier that was asked to, between two batches: nothing is half written that a marker would count. */
export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted)
    throw failure('NotReady', 'The copier was asked to stop and did so between two batches. What is done is kept; the next attempt goes on from there.');
}
