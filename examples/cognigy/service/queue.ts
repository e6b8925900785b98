import type { RequestListener } from 'node:http';
import { type Answer, answerCalls, type Call } from './serve.js';

/** A broker's stand-in: messages by id, in memory, behind a user and password. As with a broker without a volume, they go with the pod. */
export const createQueue = ({ servedBy, user, password }: { readonly servedBy: string; readonly user: string; readonly password: string }): RequestListener => {
  const messages = new Map<string, string>();
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const handle = answerCalls(servedBy, async (call) => answerMessage(messages, call));
  const refuse = answerCalls(servedBy, async () => ({ status: 401, body: { error: 'wrong user or password' } }));
  const healthz = answerCalls(servedBy, async () => ({ status: 200, body: 'ok' }));
  return (request, response) => {
    if (request.url === '/healthz') return healthz(request, response);
    return request.headers.authorization === expected ? handle(request, response) : refuse(request, response);
  };
};

const answerMessage = (messages: Map<string, string>, { method, path, body }: Call): Answer => {
  if (method === 'GET' && path === '/messages') return { status: 200, body: messages.size };
  const id = /^\/messages\/([^/]+)$/.exec(path)?.[1];
  if (!id) return { status: 404, body: { error: 'no such route' } };
  if (method === 'PUT') {
    messages.set(id, body);
    return { status: 201, body: id };
  }
  return messages.has(id) ? { status: 200, body: messages.get(id) } : { status: 404, body: { error: 'no such message' } };
};
