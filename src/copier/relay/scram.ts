import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const iterations = 4096;
const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const xor = (a: Uint8Array, b: Uint8Array): Buffer => Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)));

/** What a server keeps of a password. */
export interface ScramKeys {
  readonly salt: string;
  readonly stored: Buffer;
  readonly server: Buffer;
}

/** Of a password of ASCII letters, digits and hyphens: others would have to be normalized first (RFC 4013). */
export function scramKeys(password: string): ScramKeys {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const stored = createHash('sha256').update(hmac(salted, 'Client Key')).digest();
  return { salt: salt.toString('base64'), stored, server: hmac(salted, 'Server Key') };
}

/** The server's side of SCRAM-SHA-256 without channel binding (RFC 5802, 7677). Undefined: the client does not speak it, or does not know the password. */
export class ScramLogin {
  readonly #keys: ScramKeys;
  #binding = '';
  #said = '';
  #nonce = '';

  constructor(keys: ScramKeys) {
    this.#keys = keys;
  }

  /** Answers the client's first message. */
  first(message: string): string | undefined {
    const [, header, bare, nonce] = /^([ny],[^,]*,)(n=[^,]*,r=([^,]+))$/.exec(message) ?? [];
    if (header === undefined || bare === undefined) return undefined;
    this.#nonce = `${nonce}${randomBytes(18).toString('base64')}`;
    const answer = `r=${this.#nonce},s=${this.#keys.salt},i=${iterations}`;
    this.#binding = Buffer.from(header).toString('base64');
    this.#said = `${bare},${answer}`;
    return answer;
  }

  /** Answers the second one, which proves the password, with the proof that we know it, too. */
  final(message: string): string | undefined {
    const [, unproved, binding, nonce, proof] = /^(c=([^,]+),r=([^,]+)),p=([^,]+)$/.exec(message) ?? [];
    if (unproved === undefined || binding !== this.#binding || nonce !== this.#nonce) return undefined;
    const said = `${this.#said},${unproved}`;
    const given = Buffer.from(proof ?? '', 'base64');
    if (given.length !== 32) return undefined;
    const clientKey = xor(given, hmac(this.#keys.stored, said));
    if (!timingSafeEqual(createHash('sha256').update(clientKey).digest(), this.#keys.stored)) return undefined;
    return `v=${hmac(this.#keys.server, said).toString('base64')}`;
  }
}
