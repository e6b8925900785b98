import { failure } from '../errors.js';
import { lackOfSpace, type Space } from '../model/space.js';

/** NoSpace with both numbers before a byte is written. */
export function requireSpace(space: Space): void {
  const [lack] = lackOfSpace(space);
  if (lack !== undefined) throw failure('NoSpace', lack, { details: { needed: space.neededBytes, free: space.freeBytes } });
}
