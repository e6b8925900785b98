import { createHash } from 'node:crypto';
import { sortedFields } from '../sorted-fields.js';

/** By this a standing approval holds for just this spec: twelve hex digits of the normalized spec, whatever the order in which it was written. */
export const hashSpec = (normalized: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sortedFields(normalized)))
    .digest('hex')
    .slice(0, 12);
