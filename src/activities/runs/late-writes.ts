import { failure, isFailure } from '../../errors.js';
import { type ObjectRef, showRef } from '../../model/refs.js';

/** Objects that an attempt which was given up has put back to what they were when its step began; the rollback had put them back further by then. */
export interface LateWrites {
  /** The rollback's. */
  readonly epoch: number;
  readonly objects: readonly ObjectRef[];
}

/** Superseded, with what has to be put back once more. */
export const supersededAfter = (message: string, late: LateWrites): Error => failure('Superseded', message, { details: { late } });

export function lateWritesOf(error: unknown): LateWrites | undefined {
  if (!isFailure(error, 'Superseded')) return undefined;
  const [details] = (error.details ?? []) as readonly { readonly late?: LateWrites }[];
  return details?.late;
}

/** Does what a step has captured name one of the objects? */
export function concerns(captured: unknown, objects: readonly ObjectRef[]): boolean {
  const names = new Set(objects.map(showRef));
  return typeof captured === 'object' && captured !== null && Object.values(captured).some((each) => isRef(each) && names.has(showRef(each)));
}

const isRef = (value: unknown): value is ObjectRef => typeof value === 'object' && value !== null && 'kind' in value && 'name' in value;
