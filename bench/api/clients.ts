import { Agent, type IncomingMessage, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { RunEvent } from '../../src/model/run-event.js';

/** What the process of the clients is told, as its one argument. */
export interface ClientsOrder {
  readonly url: string;
  readonly tokens: readonly string[];
  readonly viewers: number;
  /** One of the viewers reads nothing. */
  readonly stuck: boolean;
  readonly runId: string;
  readonly seconds: number;
  readonly settleSeconds: number;
  readonly listsPerSecond: number;
}

/** What they saw, as the last line of their output. `begin` and `end` come before it, as lines, when the measured time begins and ends. */
export interface ClientsSaw {
  readonly lists: number;
  readonly listMilliseconds: readonly number[];
  readonly listFailures: readonly string[];
  readonly eventMilliseconds: readonly number[];
  /** Events of the measured time that a reader who reads was not told, or not in order, over all readers. */
  readonly lostEvents: number;
  readonly events: number;
  readonly reconnects: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: 400 });
const sleep = (milliseconds: number) => new Promise((next) => setTimeout(next, milliseconds));
const order: ClientsOrder = JSON.parse(process.argv[2] ?? '{}');
const { url, tokens, runId } = order;
const eventsUrl = `${url}/v1/runs/${runId}/events`;

function get(path: string, number: number, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const authorization = `Bearer ${tokens[number % tokens.length]}`;
  return new Promise((resolve, reject) => {
    request(path, { agent: headers['accept'] ? false : agent, headers: { authorization, ...headers } }, resolve)
      .on('error', reject)
      .end();
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

/** As a browser's EventSource: comes back with the last position it has. */
class Viewer {
  readonly positions: number[] = [];
  readonly latencies: number[] = [];
  reconnects = -1;
  #last: number;
  #isOver = false;
  #response: IncomingMessage | undefined;

  constructor(
    readonly number: number,
    from: number,
  ) {
    this.#last = from;
  }

  async open(): Promise<void> {
    await this.#connect();
    void this.#read();
  }

  close(): void {
    this.#isOver = true;
    this.#response?.destroy();
  }

  async #connect(): Promise<void> {
    this.reconnects += 1;
    this.#response = await get(eventsUrl, this.number, { accept: 'text/event-stream', 'last-event-id': String(this.#last) });
    if (this.#response.statusCode !== 200) throw new Error(`a reader was answered ${this.#response.statusCode}`);
  }

  async #read(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#readOne();
      } catch (error) {
        if (this.#isOver) return;
        process.stderr.write(`reader ${this.number}: ${error}\n`);
      }
      if (this.#isOver) return;
      await sleep(1000);
      await this.#connect().catch(() => undefined);
    }
  }

  async #readOne(): Promise<void> {
    let text = '';
    for await (const chunk of this.#response ?? []) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (!/^id: \d+$/m.test(block) || data === undefined) return;
    const event: RunEvent = JSON.parse(data);
    this.positions.push(event.position);
    this.#last = event.position;
    const at = Date.parse(event.at);
    if (at >= window.from && at <= window.to) this.latencies.push(Date.now() - at);
  }
}

const window = { from: Number.POSITIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const lists = { milliseconds: [] as number[], failures: [] as string[] };

async function list(number: number): Promise<void> {
  const from = performance.now();
  const isMeasured = Date.now() >= window.from;
  try {
    const response = await get(`${url}/v1/runs`, number);
    const text = await textOf(response);
    if (response.statusCode !== 200 || JSON.parse(text).runs.length < 50) throw new Error(`${response.statusCode} ${text.slice(0, 200)}`);
    if (isMeasured) lists.milliseconds.push(performance.now() - from);
  } catch (error) {
    lists.failures.push(String(error));
  }
}

async function told(after: number): Promise<{ readonly events: readonly RunEvent[]; readonly last: number }> {
  return JSON.parse(await textOf(await get(`${eventsUrl}?after=${after}`, 0)));
}

async function main(): Promise<void> {
  const { last: from } = await told(0);
  const reading = Array.from({ length: order.viewers - (order.stuck ? 1 : 0) }, (_, number) => new Viewer(number, from));
  const stuck = order.stuck ? await get(eventsUrl, 0, { accept: 'text/event-stream' }) : undefined;
  stuck?.pause();
  for (const viewer of reading) await viewer.open();
  let asked = 0;
  // However slow the answers come, the next question comes in time.
  const asking = setInterval(() => void list(asked++), 1000 / order.listsPerSecond);
  await sleep(order.settleSeconds * 1000);
  window.from = Date.now();
  process.stdout.write('begin\n');
  await sleep(order.seconds * 1000);
  // What comes last must have the time that the bar gives it.
  window.to = Date.now();
  process.stdout.write('end\n');
  clearInterval(asking);
  await sleep(3000);
  const all = (await told(from)).events.filter(({ at }) => Date.parse(at) >= window.from && Date.parse(at) <= window.to).map(({ position }) => position);
  for (const viewer of reading) viewer.close();
  stuck?.destroy();
  const saw: ClientsSaw = {
    lists: lists.milliseconds.length,
    listMilliseconds: lists.milliseconds,
    listFailures: lists.failures,
    eventMilliseconds: reading.flatMap(({ latencies }) => latencies),
    lostEvents: reading.map((viewer) => lostBy(viewer, all)).reduce((sum, each) => sum + each, 0),
    events: all.length,
    reconnects: reading.reduce((sum, { reconnects }) => sum + reconnects, 0),
  };
  // More than a pipe holds: an exit would cut it.
  await new Promise<unknown>((written) => process.stdout.write(`${JSON.stringify(saw)}\n`, written));
}

/** Missing, doubled, or out of order. */
function lostBy({ positions }: Viewer, all: readonly number[]): number {
  const seen = new Set(positions);
  const missing = all.filter((position) => !seen.has(position)).length;
  const wrong = positions.filter((position, index) => index > 0 && position !== positions[index - 1]! + 1).length;
  return missing + wrong;
}

await main();
process.exit();
