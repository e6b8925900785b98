import { BSON } from 'mongodb';
import type { RawDocument } from '../../adapters/mongo/mongo.js';

const timestamp = 0x11;
/** The end of a field's name and eight bytes of zero: no empty timestamp without them. */
const trace = Buffer.alloc(9);

/**
 * Does a field of the document itself, other than `_id`, hold Timestamp(0, 0)? A server replaces it by the time on insert, embedded ones it leaves alone
 * (SERVER-88750). The search for its bytes keeps the parser away from nearly every document.
 */
export function holdsEmptyTimestamp(raw: RawDocument): boolean {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (!bytes.includes(trace)) return false;
  return [...BSON.onDemand.parseToElements(raw)].some(([type, nameAt, nameLength, at]) => {
    const name = bytes.toString('utf8', nameAt, nameAt + nameLength);
    return type === timestamp && name !== '_id' && bytes.readBigUInt64LE(at) === 0n;
  });
}
