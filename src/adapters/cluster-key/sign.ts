import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Signable } from '../../model/four-eyes.js';

/** Under a key of its own purpose: a cursor or a mark of a request is no signature. */
export function sign(key: Buffer, { workflowId, run, verb, about, plan, by }: Signable): string {
  const own = createHmac('sha256', key).update('signature').digest();
  return createHmac('sha256', own)
    .update(JSON.stringify([workflowId, run, verb, about, plan, by]))
    .digest('hex');
}

export function isSigned(key: Buffer, signable: Signable, signature: string): boolean {
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(key, signable))];
  return given.byteLength === right.byteLength && timingSafeEqual(given, right);
}
