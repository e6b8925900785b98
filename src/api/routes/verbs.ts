import type { z } from 'zod';
import { isFailure } from '../../errors.js';
import { hrefOf, nameOf } from '../../runs/run-id.js';
import type { Once, Runs } from '../../runs/runs.js';
import { onceHeaders, onceOf } from '../idempotency.js';
import { approveRequest, decideRequest, finalizeRequest, pauseRequest, rollbackRequest, withdrawRequest } from '../schema/requests.js';
import { accepted } from '../schema/run.js';
import { type AddRoutes, placed, problems, runParams } from './route.js';

interface Verb<B extends z.ZodType> {
  readonly name: string;
  readonly summary: string;
  readonly body: B;
  /** Answers the workflow that carries it out. */
  readonly act: (runs: Runs, run: string, body: z.output<B>, once?: Once) => Promise<string>;
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
    act: (runs, run, body, once) => steer(runs, run, (id) => runs.approve(id, body, once)),
  }),
  verb({
    name: 'withdraw',
    summary: 'Withdraw an approval that was not used yet.',
    body: withdrawRequest,
    act: (runs, run, body, once) => steer(runs, run, (id) => runs.withdraw(id, body, once)),
  }),
  verb({
    name: 'decide',
    summary: 'Answer the question that a parked run asks.',
    body: decideRequest,
    act: (runs, run, { for: time, change, ...body }, once) =>
      steer(runs, run, (id) => runs.decide(id, { ...body, ...(time !== undefined && { for: time }), ...(change !== undefined && { change }) }, once)),
  }),
  verb({
    name: 'pause',
    summary: 'End the running step safely, then wait for a decision. Can be repeated.',
    body: pauseRequest,
    act: (runs, run, body, once) => steer(runs, run, (id) => runs.pause(id, body, once)),
  }),
  verb({
    name: 'rollback',
    summary: 'Take a run back, newest step first: while it runs, days after it, and after Temporal has forgotten it.',
    body: rollbackRequest,
    act: (runs, run, body, once) => runs.rollback(run, body, once),
  }),
  verb({
    name: 'finalize',
    summary: 'Drop what a rollback would need: it lists that first, and waits for the approval of its list.',
    body: finalizeRequest,
    act: (runs, run, body, once) => runs.finalize(run, body, once),
  }),
];

/** Sent again, it is answered as it was the first time, whatever became of the run since; also where its twin is just being taken. */
async function actOnce(runs: Runs, run: string, once: Once | undefined, act: () => Promise<string>): Promise<string> {
  if (!once) return act();
  const first = await runs.answered(run, once);
  if (first !== undefined) return first;
  try {
    return await act();
  } catch (error) {
    const twin = isFailure(error, 'WrongMoment', 'RunInProgress') ? await runs.answered(run, once) : undefined;
    if (twin === undefined) throw error;
    return twin;
  }
}

export const addVerbs: AddRoutes = (api, { runsAs, apiKey }) => {
  for (const { name, summary, body, act } of all as readonly Verb<z.ZodType>[])
    api.post(
      `/v1/runs/:id/${name}`,
      {
        schema: {
          operationId: `${name}Run`,
          summary,
          params: runParams,
          headers: onceHeaders,
          body,
          response: { 202: placed('It was taken', accepted), ...problems },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const once = await onceOf(request, apiKey);
        const mine = runsAs(request.subject);
        const workflowId = await actOnce(mine, nameOf(id), once, () => act(mine, nameOf(id), request.body, once));
        return reply
          .code(202)
          .header('location', hrefOf(id))
          .send({ id, href: hrefOf(id), workflowId });
      },
    );
};
