import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { ApiKey } from '../adapters/cluster-key/api-key.js';
import { Refusal } from './refusal.js';

const ivBytes = 12;
const tagBytes = 16;

const keyOf = (secret: Buffer): Buffer => createHash('sha256').update(secret).update('cursor').digest();

/** Sealed with what it is good for: another subject, another filter or an altered letter, and it does not open. */
export async function sealCursor(apiKey: ApiKey, goodFor: unknown, place: string): Promise<string> {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(await apiKey()), iv).setAAD(Buffer.from(JSON.stringify(goodFor)));
  const sealed = Buffer.concat([cipher.update(place, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** UnknownCursor for one that this server did not give for the same question of the same subject. */
export async function openCursor(apiKey: ApiKey, goodFor: unknown, cursor: string): Promise<string> {
  const bytes = Buffer.from(cursor, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(await apiKey()), bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(JSON.stringify(goodFor)))
      .setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new Refusal('UnknownCursor', 'cursor: not one that this list gave you; a cursor goes with its filter, and with whom it was given to', {
      cause: error,
    });
  }
}
