import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { failure, isFailure } from '../../errors.js';
import { workflowOfRun } from '../../model/afterwards.js';
import type { RunEvent } from '../../model/run-event.js';
import { isPassing } from '../../runs/is-passing.js';
import { nameOf } from '../../runs/run-id.js';
import { has } from '../access/roles.js';
import { Coalesced } from '../coalesced.js';
import { RunFeeds, type Told } from '../run-feeds.js';
import { runEvents } from '../schema/events.js';
import { type AddRoutes, ok, problems, runParams } from './route.js';

const commentMilliseconds = 15_000;
const recheckMilliseconds = 10_000;
/** A reader that lets more than this lie is cut; it comes back with the position it has. */
const mostUnreadBytes = 512 * 1024;

const query = z.strictObject({
  after: z.coerce.number().int().min(0).default(0).describe('What comes after this position; of a stream Last-Event-ID says it'),
});

export const addEvents: AddRoutes = (api, { runsAs, events, namespaces, subjectOf, metrics }) => {
  // One for all who may see the run: what they are told is the same.
  const feeds = new RunFeeds(events);
  const scopes = new Coalesced<readonly string[] | undefined>({ keptMilliseconds: recheckMilliseconds / 2 });

  /** Without a worker what is known from those who follow it, with its time; else that there is no worker. */
  async function toldWithout(error: unknown, workflowId: string, after: number): Promise<Told> {
    if (!isFailure(error, 'NoWorker', 'NoAnswer')) throw error;
    const known = feeds.known(workflowId, after);
    if (known) return known;
    throw failure('NoWorker', `no worker answers for ${workflowId}, and its events are known to the run alone`, { cause: error });
  }

  api.addHook('preClose', async () => feeds.close());

  api.get(
    '/v1/runs/:id/events',
    {
      schema: {
        operationId: 'followRun',
        summary:
          'Every change of a run, in order: as a stream for who accepts text/event-stream (each event with its position as id, `end` last, `away` while no worker answers), else what there is now.',
        params: runParams,
        querystring: query,
        response: {
          200: {
            ...ok('What came after that position', runEvents),
            content: { 'application/json': { schema: runEvents }, 'text/event-stream': { schema: z.string() } },
          },
          204: z.void().describe('The run has ended, and all was told'),
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const {
        params: { id },
        query: { after },
        headers,
        subject,
      } = request;
      const runs = runsAs(subject);
      const workflowId = await runs.workflowOf(nameOf(id));
      if (!headers.accept?.includes('text/event-stream')) {
        const told = await runs.events(workflowId, after).catch((error: unknown) => toldWithout(error, workflowId, after));
        return reply.type('application/json').send(told);
      }
      const from = positionOf(headers['last-event-id']) ?? after;
      // While somebody follows it, it is open; who comes while nobody answers waits with the others.
      const told = feeds.known(workflowId, from) ?? (await runs.events(workflowId, from).catch(unlessPassing));
      if (told && !told.open && from >= told.last) return reply.code(204).send();
      const stillMay = async (): Promise<boolean> => {
        const now = await subjectOf(request);
        return has(now, 'viewer', (await scopes.of(workflowId, () => namespaces(workflowOfRun(workflowId)))) ?? []);
      };
      reply.hijack();
      const gone = metrics.reads();
      const stream = openStream(reply.raw, reply.getHeaders());
      const stop = feeds.follow(workflowId, from, {
        tell: (events) => stream.write(events.map(eventText).join('')),
        end: () => stream.end(),
        cut: () => stream.cut(),
        reset: () => stream.write('event: reset\ndata: {}\n\n'),
        away: (asOf) => stream.write(`event: away\ndata: ${JSON.stringify({ asOf })}\n\n`),
      });
      // A token that was taken away, or a right: within half a minute.
      const recheck = () =>
        stillMay().then(
          (may) => may || stream.cut(),
          (error) => isPassing(error) || stream.cut(),
        );
      const watch = setInterval(() => void recheck(), recheckMilliseconds);
      reply.raw.once('close', () => {
        clearInterval(watch);
        stop();
        gone();
      });
      return reply;
    },
  );
};

function unlessPassing(error: unknown): undefined {
  if (!isPassing(error)) throw error;
}

function positionOf(id: unknown): number | undefined {
  return typeof id === 'string' && /^\d{1,9}$/.test(id) ? Number(id) : undefined;
}

const eventText = ({ position, ...event }: RunEvent): string => `id: ${position}\nevent: ${event.type}\ndata: ${JSON.stringify({ position, ...event })}\n\n`;

/** Headers keep proxies from holding it back. */
function openStream(response: ServerResponse, headers: object): { write(text: string): void; end(): void; cut(): void } {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  response.write('retry: 2000\n\n');
  const comment = setInterval(() => response.write(': still here\n\n'), commentMilliseconds);
  response.once('close', () => clearInterval(comment));
  return {
    write: (text) => {
      if (response.writableLength > mostUnreadBytes) response.destroy();
      else response.write(text);
    },
    end: () => response.end('event: end\ndata: {}\n\n'),
    cut: () => response.end(),
  };
}
