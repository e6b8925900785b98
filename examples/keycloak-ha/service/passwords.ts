import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A credential's columns secret_data and credential_data. */
export interface Hashed {
  readonly secretData: string;
  readonly credentialData: string;
}

const hash = (salt: Buffer, password: string) => createHash('sha256').update(salt).update(password).digest();

/** One round, so that the server can seed a million of them: the lab's, not to be copied. */
export function hashPassword(password: string, salt = randomBytes(16)): Hashed {
  return {
    secretData: JSON.stringify({ value: hash(salt, password).toString('base64'), salt: salt.toString('base64') }),
    credentialData: JSON.stringify({ hashIterations: 1, algorithm: 'sha256' }),
  };
}

export function isPassword(password: string, secretData: string): boolean {
  const { value, salt } = JSON.parse(secretData);
  return timingSafeEqual(Buffer.from(value, 'base64'), hash(Buffer.from(salt, 'base64'), password));
}
