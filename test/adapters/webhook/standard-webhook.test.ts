import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendStandardWebhook } from '../../../src/adapters/webhook/standard-webhook.js';

/** A receiver on this machine that answers with a status, and what came. */
async function receiver(status: number) {
  const came: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      came.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(status, { location: 'http://127.0.0.1:9/elsewhere' }).end();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const http = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { came, http, [Symbol.dispose]: () => void server.close() };
}

const message = { id: 'run/1', secret: 's3cret', body: { type: 'parked' } };

test('a notice is signed over its id, its time and its text', async () => {
  using at = await receiver(204);
  await sendStandardWebhook({ ...message, http: at.http });
  const [{ headers, body }] = at.came as [(typeof at.came)[0]];
  expect(body).toBe('{"type":"parked"}');
  const signed = createHmac('sha256', 's3cret').update(`run/1.${headers['webhook-timestamp']}.${body}`).digest('base64');
  expect(headers).toMatchObject({ 'webhook-id': 'run/1', 'webhook-signature': `v1,${signed}` });
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(5);
});

test('a secret as the standard writes it is base64', async () => {
  using at = await receiver(200);
  await sendStandardWebhook({ ...message, http: at.http, secret: `whsec_${Buffer.from('s3cret').toString('base64')}` });
  const { headers, body } = at.came[0]!;
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', 's3cret').update(`run/1.${headers['webhook-timestamp']}.${body}`).digest('base64')}`);
});

test.each([
  [503, 'Unreachable'],
  [429, 'Unreachable'],
  [404, 'Invalid'],
])('a receiver that answers %i: %s', async (status, type) => {
  using at = await receiver(status);
  await expect(sendStandardWebhook({ ...message, http: at.http })).rejects.toMatchObject({ type });
});

test('a receiver that sends elsewhere is not followed, and one that is not there may come', async () => {
  using at = await receiver(302);
  await expect(sendStandardWebhook({ ...message, http: at.http })).rejects.toMatchObject({ type: 'Unreachable' });
  await expect(sendStandardWebhook({ ...message, http: 'http://127.0.0.1:9/' })).rejects.toMatchObject({ type: 'Unreachable' });
});
