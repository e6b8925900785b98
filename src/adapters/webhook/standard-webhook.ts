import { createHmac } from 'node:crypto';
import { failure } from '../../errors.js';
import type { SendWebhook } from './webhook.js';

const withinMs = 10_000;

/** As https://www.standardwebhooks.com says: id, timestamp and body are signed with HMAC-SHA256, so that a receiver knows who sent it, and when. */
export const sendStandardWebhook: SendWebhook = async ({ id, http, secret, body }) => {
  const text = JSON.stringify(body);
  const timestamp = Math.floor(Date.now() / 1000);
  const response = await fetch(http, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${text}`).digest('base64')}`,
    },
    redirect: 'error',
    signal: AbortSignal.timeout(withinMs),
  }).catch((cause: unknown) => {
    throw failure('Unreachable', `${new URL(http).host} does not take the notice`, { cause });
  });
  await response.body?.cancel();
  if (response.ok) return;
  const passes = response.status === 429 || response.status >= 500;
  throw failure(passes ? 'Unreachable' : 'Invalid', `${new URL(http).host} answers the notice with ${response.status}`);
};

/** `whsec_` and base64 as the standard writes it; any other text is the key itself. */
const keyOf = (secret: string): Buffer => (secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret));
