import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { authentication, codes, isProtocol3, refusal, type Startup, startup, take, takePassword, takeStartup } from './messages.js';
import { ScramLogin, scramKeys } from './scram.js';

export interface RelayOrder {
  /** Folder of the server's Unix socket. */
  readonly folder: string;
  /** The role that everybody who knows the password becomes. */
  readonly user: string;
  readonly password: string;
  /** Where it listens; 0: any. */
  readonly port: number;
}

const loginWithinMs = 10_000;
const askEveryMs = 200;
const mechanism = 'SCRAM-SHA-256\0\0';

/**
 * The only way to a server that has no address but a Unix socket: in it goes who knows a password that the server itself has never heard of, since one that
 * refuses every write cannot be given one. Listens once the server answers.
 */
export async function startRelay(order: RelayOrder, signal: AbortSignal): Promise<Server> {
  await untilServing(order, signal);
  const keys = scramKeys(order.password);
  const server = createServer({ allowHalfOpen: false }, (client) => {
    client.on('error', () => client.destroy());
    attend(client, order, () => new ScramLogin(keys)).catch(() => client.destroy());
  });
  server.listen({ port: order.port, signal });
  await once(server, 'listening');
  return server;
}

const open = ({ folder }: RelayOrder): Socket => connect(`${folder}/.s.PGSQL.5432`);

/** Until a login succeeds: while it starts or replays its log, the server refuses. */
async function untilServing(order: RelayOrder, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (await isServing(order)) return;
    await sleep(askEveryMs, undefined, { signal });
  }
}

async function isServing(order: RelayOrder): Promise<boolean> {
  const socket = open(order);
  try {
    await once(socket, 'connect');
    socket.write(startup(order.user, 'postgres'));
    const answer = await take(socket, 1, AbortSignal.timeout(loginWithinMs));
    return answer.toString() === 'R';
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** One client from its first byte until it is the server's. */
async function attend(client: Socket, order: RelayOrder, login: () => ScramLogin): Promise<void> {
  const ended = new AbortController();
  client.once('close', () => ended.abort());
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(loginWithinMs)]);
  const first = await plainStartup(client, signal);
  if (first.code === codes.cancel) return hand(client, order, first);
  const refused = refusalOf(first, order) ?? (await logIn(client, login(), signal));
  if (refused) client.end(refused);
  else await hand(client, order, first);
}

/** Nothing is encrypted: whoever asks for that is told so, and goes on without. */
async function plainStartup(client: Socket, signal: AbortSignal): Promise<Startup> {
  for (;;) {
    const first = await takeStartup(client, signal);
    if (first.code !== codes.ssl && first.code !== codes.gss) return first;
    client.write('N');
  }
}

function refusalOf({ code, parameters }: Startup, { user }: RelayOrder): Buffer | undefined {
  if (!isProtocol3(code)) return refusal('08P01', 'this protocol is not known here');
  if (parameters.has('replication')) return refusal('28000', 'nobody replicates from here');
  return parameters.get('user') === user ? undefined : refusal('28000', `only ${user} is let in here`);
}

/** What to refuse it with; undefined where it knows the password. */
async function logIn(client: Socket, login: ScramLogin, signal: AbortSignal): Promise<Buffer | undefined> {
  const wrong = refusal('28P01', 'password authentication failed');
  client.write(authentication(10, mechanism));
  // The mechanism, the length of what follows, and that.
  const initial = await takePassword(client, signal);
  const named = mechanism.slice(0, -1);
  const answer = initial.toString('latin1', 0, named.length) === named ? login.first(initial.subarray(named.length + 4).toString()) : undefined;
  if (answer === undefined) return wrong;
  client.write(authentication(11, answer));
  const proof = login.final((await takePassword(client, signal)).toString());
  if (proof === undefined) return wrong;
  client.write(authentication(12, proof));
  return undefined;
}

/** From here on the two talk to each other. */
async function hand(client: Socket, order: RelayOrder, { bytes }: Startup): Promise<void> {
  const server = open(order);
  try {
    await once(server, 'connect');
  } catch {
    client.end(refusal('57P03', 'the server is not there any more, or not yet'));
    return;
  }
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
  for (const socket of [client, server]) socket.setNoDelay(true);
  server.write(bytes);
  client.pipe(server);
  server.pipe(client);
}
