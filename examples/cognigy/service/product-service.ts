import type { Answer, Call } from './serve.js';
import type { Item, Store } from './store.js';

export type ProductService = { readonly name: string; readonly version: string; readonly stores: readonly Store[]; readonly timeoutMilliseconds: number };

/** FerretDB counts by reading. */
const countingTimeoutMilliseconds = 10_000;

type Route = (service: ProductService, call: Call) => Promise<Answer>;

/** The routes of every `service-*`: healthz, its own card, items written to and looked up in each of its stores. */
export const createProductService =
  (service: ProductService) =>
  async (call: Call): Promise<Answer> => {
    const route = routes[`${call.method} ${call.path.replace(/^\/items\/.+$/, '/items/…')}`];
    return route ? route(service, call) : { status: 404, body: { error: `no such route: ${call.method} ${call.path}` } };
  };

/** 200 only if everything the service itself needs works; what another service needs is that one's business. */
const healthz: Route = async (service) => {
  const states = await ofEach(service, (store) => store.check().then(() => 'ok'));
  return { status: Object.values(states).every((state) => state === 'ok') ? 200 : 503, body: states };
};

const card: Route = async (service) => {
  const counts = await ofEach({ ...service, timeoutMilliseconds: countingTimeoutMilliseconds }, (store) => store.count());
  return { status: 200, body: { name: service.name, version: service.version, counts } };
};

const writeItem: Route = async (service, { body }) => {
  const item = readItem(body);
  if (!item) return { status: 400, body: { error: 'an item is {"id": text, "value": text}' } };
  const written = await ofEach(service, (store) => store.write(item).then(() => true));
  const acknowledged = Object.values(written).every((state) => state === true);
  return { status: acknowledged ? 201 : 503, body: { id: item.id, acknowledged, written } };
};

const findItem: Route = async (service, { path }) => {
  const id = decodeURIComponent(path.slice('/items/'.length));
  const found = await ofEach(service, (store) => store.has(id));
  return { status: Object.values(found).every((state) => state === true) ? 200 : 404, body: { id, found } };
};

const routes: Readonly<Record<string, Route>> = { 'GET /healthz': healthz, 'GET /': card, 'POST /items': writeItem, 'GET /items/…': findItem };

const readItem = (body: string): Item | undefined => {
  try {
    const { id, value } = JSON.parse(body);
    return typeof id === 'string' && id !== '' && typeof value === 'string' ? { id, value } : undefined;
  } catch {
    return undefined;
  }
};

/** Asks all stores side by side; a failure or silence of one is its answer, as text. */
const ofEach = async <T>({ stores, timeoutMilliseconds }: ProductService, ask: (store: Store) => Promise<T>): Promise<Record<string, T | string>> => {
  const answers = stores.map(async (store) => {
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMilliseconds} ms`)), timeoutMilliseconds);
    const answer = await Promise.race([ask(store), silence]).catch((error: unknown) => String(error instanceof Error ? error.message : error));
    clearTimeout(timer);
    return [store.name, answer] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
};
