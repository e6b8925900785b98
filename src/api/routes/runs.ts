import { z } from 'zod';
import type { ListRunsRequest } from '../../activities/runs/list-runs.js';
import { failure } from '../../errors.js';
import { namespaceName } from '../../model/schema/parts.js';
import { reportHtml, reportPolicy } from '../../render/report-html.js';
import { reportMarkdown } from '../../render/report-markdown.js';
import { hrefOf, idOf, nameOf } from '../../runs/run-id.js';
import { checkSpec } from '../check-spec.js';
import { openCursor, sealCursor } from '../cursor.js';
import { onceHeaders, onceOf } from '../idempotency.js';
import { report } from '../schema/report.js';
import { fileRequest, startRequest } from '../schema/requests.js';
import { journal, keptFile, now, phases, run, runs, shownPlan, started, verification } from '../schema/run.js';
import { shownRun } from '../shown-run.js';
import { filesOf } from '../spec-files.js';
import { type AddRoutes, ok, placed, problems, runParams } from './route.js';

const listQuery = z.strictObject({
  kind: z
    .string()
    .regex(/^[A-Z][A-Za-z]{0,79}$/, 'expected the name of a kind')
    .optional(),
  phase: phases.optional(),
  waitingFor: z.enum(['approval', 'decision']).optional(),
  namespace: namespaceName.optional().describe('Runs whose spec names it'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(4000).optional().describe('`next` of the page before, with the same filter and by the same subject'),
});

export const addRuns: AddRoutes = (api, { runsAs, apiKey, kinds }) => {
  api.post(
    '/v1/runs',
    {
      schema: {
        operationId: 'startRun',
        summary: 'Start a run. It makes its plan, and waits for its approval where the spec says so.',
        headers: onceHeaders,
        body: startRequest,
        response: { 202: placed('It is started', started), ...problems },
      },
    },
    async (request, reply) => {
      const { spec, files, plan } = request.body;
      checkSpec(kinds, spec, files);
      const once = await onceOf(request, apiKey);
      const asked = { spec, files: filesOf(files), ...(plan !== undefined && { plan }), ...(once && { once }) };
      const begun = await runsAs(request.subject).start(asked);
      const id = idOf(begun);
      return reply
        .code(202)
        .header('location', hrefOf(id))
        .send({ ...begun, id, href: hrefOf(id) });
    },
  );

  api.get(
    '/v1/runs',
    {
      schema: {
        operationId: 'listRuns',
        summary:
          'Runs that the subject may see: open ones first, then those that ended, the last ended first. A page may have fewer than `limit`; where there may be more it has `next`.',
        querystring: listQuery,
        response: { 200: ok('Runs', runs), ...problems },
      },
    },
    async ({ query: { cursor, limit, ...given }, subject }) => {
      const filter = defined(given);
      const goodFor = [subject.name, filter];
      const after = cursor === undefined ? undefined : await openCursor(apiKey, goodFor, cursor);
      const page = await runsAs(subject).list({ ...filter, limit, ...(after !== undefined && { after }) });
      const next = page.next === undefined ? {} : { next: await sealCursor(apiKey, goodFor, page.next) };
      return { runs: page.runs.map(shownRun), ...next };
    },
  );

  api.get(
    '/v1/runs/:id',
    {
      schema: {
        operationId: 'getRun',
        summary: 'One run, with the verbs that it takes now.',
        params: runParams,
        response: { 200: ok('The run', run), ...problems },
      },
    },
    async ({ params: { id }, subject }) => shownRun(await runsAs(subject).find(nameOf(id))),
  );

  api.get(
    '/v1/runs/:id/plan',
    {
      schema: {
        operationId: 'getPlan',
        summary: 'The plan, with the hash by which it is approved.',
        params: runParams,
        response: { 200: ok('The plan', shownPlan), ...problems },
      },
    },
    async ({ params: { id }, subject }) => {
      const mine = runsAs(subject);
      const workflowId = await mine.workflowOf(nameOf(id));
      const shown = await mine.shownPlan(workflowId);
      if (!shown) throw failure('WrongMoment', `${workflowId} has no plan yet`);
      return shown;
    },
  );

  api.get(
    '/v1/runs/:id/now',
    {
      schema: {
        operationId: 'seeRun',
        summary:
          'One look at a run, or at what goes on with it (`RUN~rollback`, `RUN~finalize`): its report as it stands, what is tried again, and how far data has moved.',
        params: runParams,
        response: { 200: ok('As it is now', now), ...problems },
      },
    },
    async ({ params: { id }, subject }) => {
      const mine = runsAs(subject);
      const workflowId = await mine.workflowOf(nameOf(id));
      const { open, report: told } = await mine.see(workflowId);
      return { open, report: told, ...(open ? await mine.underWay(workflowId) : { triedAgain: [], progress: [] }) };
    },
  );

  api.post(
    '/v1/runs/:id/files',
    {
      schema: {
        operationId: 'putFile',
        summary: 'Keep a file for a run, to be named in the change of a retry. It becomes a Secret of the cluster.',
        params: runParams,
        body: fileRequest,
        response: { 201: ok('It is kept', keptFile), ...problems },
      },
    },
    async ({ params: { id }, body: { name, content }, subject }, reply) => {
      const mine = runsAs(subject);
      const { run: ofRun } = await mine.find(nameOf(id));
      return reply.code(201).send({ secretRef: await mine.putFile(ofRun, { name, content: Buffer.from(content) }) });
    },
  );

  api.get(
    '/v1/runs/:id/journal',
    {
      schema: {
        operationId: 'getJournal',
        summary: 'What was begun, and what became of it, as the cluster holds it; without a worker as Temporal remembers it.',
        params: runParams,
        response: { 200: ok('Newest last', journal), ...problems },
      },
    },
    async ({ params: { id }, subject }) => {
      const { journal: kept, asOf } = await runsAs(subject).find(nameOf(id));
      return {
        ...(asOf !== undefined && { asOf }),
        entries: (kept?.steps ?? []).flatMap(({ id: step, step: kind, title, state, result }) =>
          state === 'planned' ? [] : [{ id: step, step: kind, title, state, ...(result !== undefined && { result }) }],
        ),
      };
    },
  );

  api.get(
    '/v1/runs/:id/verification',
    {
      schema: {
        operationId: 'verifyReport',
        summary: "A drill's report against its ledgers, which are judged anew.",
        params: runParams,
        response: { 200: ok('Course by course', verification), ...problems },
      },
    },
    async ({ params: { id }, subject }) => ({ courses: await runsAs(subject).verify(nameOf(id)) }),
  );

  api.get(
    '/v1/runs/:id/report',
    {
      schema: {
        operationId: 'getReport',
        summary: 'The evidence: phases with times, steps, checks, decisions with names and reasons.',
        params: runParams,
        querystring: z.strictObject({ format: z.enum(['json', 'md', 'html']).optional().describe('Where it is not said, as Accept wishes; else json') }),
        response: {
          200: {
            description: 'The report',
            content: { 'application/json': { schema: report }, 'text/markdown': { schema: z.string() }, 'text/html': { schema: z.string() } },
          },
          ...problems,
        },
      },
    },
    async ({ params: { id }, query, headers, subject }, reply) => {
      const { report: told } = await runsAs(subject).report(nameOf(id));
      const format = query.format ?? wished(headers.accept);
      if (format === 'html') return reply.type('text/html; charset=utf-8').header('content-security-policy', reportPolicy).send(reportHtml(told));
      if (format === 'md') return reply.type('text/markdown; charset=utf-8').send(reportMarkdown(told));
      return reply.type('application/json').send(told);
    },
  );
};

/** The first that it names. */
function wished(accept = ''): 'json' | 'md' | 'html' {
  const named = accept.split(',').map((each) => each.split(';')[0]?.trim());
  const first = named.find((each) => each === 'application/json' || each === 'text/html' || each === 'text/markdown');
  if (first === 'text/html') return 'html';
  return first === 'text/markdown' ? 'md' : 'json';
}

type Asked = { readonly [name in 'kind' | 'phase' | 'waitingFor' | 'namespace']?: string | undefined };

/** In one order, whatever order they were asked in. */
function defined({ kind, phase, waitingFor, namespace }: Asked): ListRunsRequest {
  return {
    ...(kind !== undefined && { kind }),
    ...(phase !== undefined && { phase }),
    ...(waitingFor !== undefined && { waitingFor }),
    ...(namespace !== undefined && { namespace }),
  };
}
