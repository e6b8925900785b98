import { isFailure } from '../../errors.js';

/** True when it was created now, false when it had been there. */
export async function isCreated(creation: Promise<unknown>): Promise<boolean> {
  try {
    await creation;
    return true;
  } catch (error) {
    if (!isFailure(error, 'AlreadyExists')) throw error;
    return false;
  }
}
