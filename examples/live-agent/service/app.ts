import type pg from 'pg';
import type { Answer, Call } from '../../cognigy/service/serve.js';
import { attachmentById, checkFiles } from './attachments.js';
import { begin, conversationById, pageOfConversations } from './conversations.js';
import type { Keys } from './keys.js';
import { schemaProblem } from './ready.js';

export interface App {
  readonly version: string;
  readonly pool: pg.Pool;
  readonly keys: Keys;
  readonly files: string;
  /** Whether the start is over: before, nothing of it may serve. */
  readonly started: () => boolean;
}

type Route = (app: App, call: Call, id: string) => Promise<Answer>;

/** The front page: 200 when the database, Redis and the files answer. */
const front: Route = async ({ version, pool, keys, files, started }) => {
  const ask = (question: Promise<unknown>) => question.then((problem) => problem ?? 'ok').catch((error: Error) => error.message);
  const onboards = started() ? await keys.onboards().catch(() => undefined) : undefined;
  const states = {
    database: await ask(schemaProblem(pool, version)),
    redis: onboards === undefined ? 'does not answer' : 'ok',
    files: await ask(checkFiles(files)),
  };
  const isWell = Object.values(states).every((state) => state === 'ok');
  return { status: isWell ? 200 : 503, body: { name: 'live-agent', version, screen: onboards ? 'onboarding' : 'inbox', ...states } };
};

const list: Route = async ({ pool }, { search }) => {
  const page = Number(new URLSearchParams(search).get('page') ?? 1);
  if (!Number.isSafeInteger(page) || page < 1) return { status: 400, body: { error: 'pages count from 1' } };
  return { status: 200, body: { page, conversations: await pageOfConversations(pool, page) } };
};

const write: Route = async ({ pool, keys }, { body }) => {
  const wanted = readConversation(body);
  if (!wanted) return { status: 400, body: { error: 'a conversation is {"name": text, "text": text}' } };
  const begun = await begin(pool, wanted);
  await keys.push(begun);
  return { status: 201, body: begun };
};

const found = (value: object | undefined): Answer => (value ? { status: 200, body: value } : { status: 404, body: { error: 'not found' } });

const routes: Readonly<Record<string, Route>> = {
  'GET /': front,
  'GET /conversations': list,
  'POST /conversations': write,
  'GET /conversations/…': async ({ pool }, _call, id) => found(await conversationById(pool, id)),
  'GET /attachments/…': async ({ pool, files }, _call, id) => found(await attachmentById(pool, files, id)),
  'POST /onboarding': async ({ keys }) => ({ status: 200, body: { finished: await keys.finishOnboarding() } }),
};

export const answerApp =
  (app: App) =>
  async (call: Call): Promise<Answer> => {
    const [, id = ''] = /^\/[a-z]+\/(\d+)$/.exec(call.path) ?? [];
    const route = routes[`${call.method} ${id ? call.path.replace(/\d+$/, '…') : call.path}`];
    return route ? route(app, call, id) : { status: 404, body: { error: `no such route: ${call.method} ${call.path}` } };
  };

function readConversation(body: string): { readonly name: string; readonly text: string } | undefined {
  try {
    const { name, text } = JSON.parse(body);
    return typeof name === 'string' && name !== '' && typeof text === 'string' ? { name, text } : undefined;
  } catch {
    return undefined;
  }
}
