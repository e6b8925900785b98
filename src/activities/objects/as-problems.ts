import { isFailure } from '../../errors.js';

/** What an operator has to put right, as data; what may pass by itself is thrown for a retry. */
export async function asProblems<T>(attempt: () => Promise<T>): Promise<T | readonly string[]> {
  try {
    return await attempt();
  } catch (error) {
    if (!isFailure(error, 'NotFound', 'Invalid', 'Forbidden', 'WrongPassword', 'PreflightFailed', 'TimedOut', 'CopyFailed')) throw error;
    return [error.message];
  }
}
