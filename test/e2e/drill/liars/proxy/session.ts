import { connect, type Socket } from 'node:net';
import type { Gate } from './gate.js';
import { encodeStartup, type Message, type Reply } from './message.js';
import { Wire } from './wire.js';

/** One request of a client, and what can be done with it. */
export interface Exchange {
  /** As the client called itself: rehelm-drill-writer, -watch or -read. */
  readonly application: string;
  /** Of the query, without its parameters. */
  readonly text: string;
  /** In text form; the only form that the driver sends. */
  readonly values: readonly string[];
  /** The server's answer; to a request that was changed, where one is given. */
  readonly forward: (change?: (message: Message) => Message) => Promise<Reply>;
  /** The connection is lost, and no word more. */
  readonly drop: () => Promise<never>;
}

export interface SessionParts {
  readonly upstream: { readonly host: string; readonly port: number };
  readonly gate: Gate;
  readonly answer: (exchange: Exchange) => Promise<Reply>;
}

/** The connection ended. */
export class Over extends Error {}

const cancelRequest = 80_877_102;
const encryptionRequests = [80_877_103, 80_877_104];
/** Authentication requests that the client answers: password in clear, MD5, SASL and its continuation. */
const answered = [3, 5, 10, 11];

/** One client from its first packet to its last. A cancel request is not passed on: the driver sends none. */
export async function serveClient(client: Socket, { upstream, gate, answer }: SessionParts): Promise<void> {
  const front = new Wire(client);
  const startup = await readStartup(front);
  await gate.passed();
  if (!startup || startup.readInt32BE(0) === cancelRequest || client.destroyed) return void client.destroy();
  const back = new Wire(connect(upstream));
  client.on('close', () => back.socket.destroy());
  back.socket.on('close', () => client.destroy());
  try {
    back.socket.write(encodeStartup(startup));
    await logIn(front, back);
    const application = /application_name\0([^\0]*)/.exec(startup.toString('utf8'))?.[1] ?? '';
    for (;;) {
      const request = await readRequest(front);
      await gate.passed();
      const reply = await answer(exchangeOf(application, request, front, back));
      await gate.passed();
      front.send(reply);
    }
  } catch (error) {
    client.destroy();
    back.socket.destroy();
    if (!(error instanceof Over)) throw error;
  }
}

async function readStartup(front: Wire): Promise<Buffer | undefined> {
  for (;;) {
    const packet = await front.startup();
    if (!packet || !encryptionRequests.includes(packet.readInt32BE(0))) return packet;
    front.socket.write('N');
  }
}

const orOver = (message: Message | undefined): Message => {
  if (!message) throw new Over();
  return message;
};

async function logIn(front: Wire, back: Wire): Promise<void> {
  for (;;) {
    const message = orOver(await back.message());
    front.send([message]);
    if (message.type === 'Z') return;
    if (message.type === 'R' && answered.includes(message.body.readInt32BE(0))) back.send([orOver(await front.message())]);
  }
}

/** Up to Query or Sync. */
async function readRequest(front: Wire): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for (;;) {
    const message = orOver(await front.message());
    if (message.type === 'X') throw new Over();
    messages.push(message);
    if (message.type === 'Q' || message.type === 'S') return messages;
  }
}

function exchangeOf(application: string, request: readonly Message[], front: Wire, back: Wire): Exchange {
  return {
    application,
    ...queryOf(request),
    async forward(change = (message) => message) {
      back.send(request.map(change));
      const reply: Message[] = [];
      do reply.push(orOver(await back.message()));
      while (reply.at(-1)!.type !== 'Z');
      return reply;
    },
    async drop() {
      front.socket.destroy();
      throw new Over();
    },
  };
}

function queryOf(request: readonly Message[]): { readonly text: string; readonly values: readonly string[] } {
  const [query, parse, bind] = ['Q', 'P', 'B'].map((type) => request.find((message) => message.type === type)?.body);
  if (query) return { text: stringAt(query, 0), values: [] };
  return { text: parse ? stringAt(parse, parse.indexOf(0) + 1) : '', values: bind ? parametersOf(bind) : [] };
}

const stringAt = (body: Buffer, at: number): string => body.toString('utf8', at, body.indexOf(0, at));

/** Bind: portal, statement, formats of the parameters, then the parameters. */
function parametersOf(body: Buffer): readonly string[] {
  let at = body.indexOf(0, body.indexOf(0) + 1) + 1;
  at += 2 + 2 * body.readInt16BE(at);
  const values: string[] = [];
  const count = body.readInt16BE(at);
  at += 2;
  for (let index = 0; index < count; index++) {
    const length = Math.max(0, body.readInt32BE(at));
    values.push(body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return values;
}
