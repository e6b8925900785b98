import { isFailure } from '../../errors.js';

/** What a database server answered, or in words why it does not and an operator has to put that right. */
export type Answer<T> = { readonly answer: T; readonly obstacle?: undefined } | { readonly obstacle: string };

/** What may pass by itself, as that the API server is away, is thrown for a retry. */
export async function askServer<T>(ask: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (isObstacle(error)) return { obstacle: error.message };
    throw error;
  }
}

function isObstacle(error: unknown): error is Error {
  return (
    isFailure(error, 'NotFound', 'Invalid', 'Forbidden', 'WrongPassword', 'PreflightFailed', 'TimedOut', 'CopyFailed', 'RedisUnfit') || saidByCopier(error)
  );
}

/** The copier has tried for its time: a network policy or a wrong address does not pass by itself. */
const saidByCopier = (error: unknown): error is Error => isFailure(error, 'Unreachable') && / on the database\b/.test(error.message);
