import type { z } from 'zod';
import { hrefOf, nameOf } from '../../runs/run-id.js';
import type { Runs } from '../../runs/runs.js';
import { approveRequest, decideRequest, finalizeRequest, pauseRequest, rollbackRequest, withdrawRequest } from '../schema/requests.js';
import { accepted } from '../schema/run.js';
import { type AddRoutes, ok, problems, runParams } from './route.js';

interface Verb<B extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly body: B;
  /** Answers the workflow that carries it out. */
  readonly act: (runs: Runs, run: string, body: z.output<B>) => Promise<string>;
}

const verb = <B extends z.ZodType>(given: Verb<B>): Verb<B> => given;

/** To the workflow that works on the run now. */
const steer = async (runs: Runs, run: string, send: (workflowId: string) => Promise<void>): Promise<string> => {
  const workflowId = await runs.workingOn(run);
  await send(workflowId);
  return workflowId;
};

const all = [
  verb({
    name: 'approve',
    summary: 'Approve a gate of the plan that was looked at.',
    body: approveRequest,
    act: (runs, run, body) => steer(runs, run, (id) => runs.approve(id, body)),
  }),
  verb({
    name: 'withdraw',
    summary: 'Withdraw an approval that was not used yet.',
    body: withdrawRequest,
    act: (runs, run, body) => steer(runs, run, (id) => runs.withdraw(id, body)),
  }),
  verb({
    name: 'decide',
    summary: 'Answer the question that a parked run asks.',
    body: decideRequest,
    act: (runs, run, { for: time, change, ...body }) =>
      steer(runs, run, (id) => runs.decide(id, { ...body, ...(time !== undefined && { for: time }), ...(change !== undefined && { change }) })),
  }),
  verb({
    name: 'pause',
    summary: 'End the running step safely, then wait for a decision. Can be repeated.',
    body: pauseRequest,
    act: (runs, run, body) => steer(runs, run, (id) => runs.pause(id, body)),
  }),
  verb({
    name: 'rollback',
    summary: 'Take a run back, newest step first: while it runs, days after it, and after Temporal has forgotten it.',
    body: rollbackRequest,
    act: (runs, run, body) => runs.rollback(run, body),
  }),
  verb({
    name: 'finalize',
    summary: 'Drop what a rollback would need: it lists that first, and waits for the approval of its list.',
    body: finalizeRequest,
    act: (runs, run, body) => runs.finalize(run, body),
  }),
];

export const addVerbs: AddRoutes = (api, { runsAs }) => {
  for (const { name, summary, body, act } of all as readonly Verb<z.ZodType>[])
    api.post(
      `/v1/runs/:id/${name}`,
      { schema: { operationId: `${name}Run`, summary, params: runParams, body, response: { 202: ok('It was taken', accepted), ...problems } } },
      async ({ params: { id }, body: said, subject }, reply) => {
        const workflowId = await act(runsAs(subject), nameOf(id), said);
        return reply
          .code(202)
          .header('location', hrefOf(id))
          .send({ id, href: hrefOf(id), workflowId });
      },
    );
};
