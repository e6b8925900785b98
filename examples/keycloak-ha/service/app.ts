import type pg from 'pg';
import type { Answer, Call } from '../../cognigy/service/serve.js';
import { logIn } from './login.js';
import { pageOfUsers, realm } from './realm.js';
import { DatabaseAway, reconnecting } from './reconnect.js';
import { databaseProblem } from './schema.js';

export interface App {
  readonly version: string;
  readonly pool: pg.Pool;
}

type Route = (app: App, call: Call) => Promise<Answer>;

const ready: Route = async ({ version, pool }) => {
  const problem = await databaseProblem(pool);
  return problem ? { status: 503, body: { status: 'DOWN', version, problem } } : { status: 200, body: { status: 'UP', version } };
};

const login: Route = async ({ pool }, { body }) => {
  const wanted = readLogin(body);
  if (!wanted) return { status: 400, body: { error: 'a login is {"user": text, "password": text}' } };
  const answer = await logIn(pool, wanted);
  return { status: answer.error ? 401 : 200, body: answer };
};

const mostUsers = 1000;

const users: Route = async ({ pool }, { search }) => {
  const query = new URLSearchParams(search);
  const [first, max] = [Number(query.get('first') ?? 0), Number(query.get('max') ?? 100)];
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!isCount(first) || !isCount(max)) return { status: 400, body: { error: 'first and max are counts' } };
  return { status: 200, body: await reconnecting(() => pageOfUsers(pool, first, Math.min(mostUsers, max))) };
};

const routes: Readonly<Record<string, Route>> = {
  'GET /health/ready': ready,
  [`POST /realms/${realm}/login`]: login,
  [`GET /realms/${realm}/users`]: users,
};

export const answerApp =
  (app: App) =>
  async (call: Call): Promise<Answer> => {
    const route = routes[`${call.method} ${call.path}`];
    if (!route) return { status: 404, body: { error: `no such route: ${call.method} ${call.path}` } };
    return route(app, call).catch((error: unknown) => {
      if (error instanceof DatabaseAway) return { status: 503, body: { error: error.message } };
      throw error;
    });
  };

function readLogin(body: string): { readonly user: string; readonly password: string } | undefined {
  try {
    const { user, password } = JSON.parse(body);
    return typeof user === 'string' && user !== '' && typeof password === 'string' ? { user, password } : undefined;
  } catch {
    return undefined;
  }
}
