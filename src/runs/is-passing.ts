import { isFailure } from '../errors.js';

/** Nobody answered: worth another try. */
export const isPassing = (error: unknown): error is Error => isFailure(error, 'TemporalAway', 'Unreachable', 'NoAnswer', 'OutcomeUnknown');
