import { z } from 'zod';
import { nameOf } from '../../runs/run-id.js';
import { checkSpec } from '../check-spec.js';
import { onceHeaders, onceOf } from '../idempotency.js';
import { scheduleRequest } from '../schema/requests.js';
import { createdSchedule, schedules, shownSchedule } from '../schema/schedule.js';
import { scheduleAt, shownSchedule as shown } from '../shown-schedule.js';
import { type AddRoutes, ok, placed, problems, scheduleParams } from './route.js';

export const addSchedules: AddRoutes = (api, { schedulesAs, apiKey, kinds }) => {
  api.post(
    '/v1/schedules',
    {
      schema: {
        operationId: 'createSchedule',
        summary: 'Run a spec by its `schedule`, unattended: this approves its runs, for just this spec and as long as it says.',
        headers: onceHeaders,
        body: scheduleRequest,
        response: { 201: placed('It is created', createdSchedule), ...problems },
      },
    },
    async (request, reply) => {
      const { spec } = request.body;
      checkSpec(kinds, spec, []);
      const once = await onceOf(request, apiKey);
      const created = await schedulesAs(request.subject).create({ spec, ...(once && { once }) });
      return reply.code(201).header('location', scheduleAt(created.id).href).send(shown(created));
    },
  );

  api.get(
    '/v1/schedules',
    {
      schema: {
        operationId: 'listSchedules',
        summary: 'Schedules that the subject may see, by their ids.',
        response: { 200: ok('Schedules', schedules), ...problems },
      },
    },
    async ({ subject }) => ({ schedules: (await schedulesAs(subject).list()).map((each) => shown(each)) }),
  );

  api.get(
    '/v1/schedules/:id',
    {
      schema: {
        operationId: 'getSchedule',
        summary: 'One schedule: its next times, its last runs with what came of them, why it is paused, and times without a run.',
        params: scheduleParams,
        response: { 200: ok('The schedule', shownSchedule), ...problems },
      },
    },
    async ({ params: { id }, subject }) => shown(await schedulesAs(subject).show(nameOf(id))),
  );

  api.delete(
    '/v1/schedules/:id',
    {
      schema: {
        operationId: 'deleteSchedule',
        summary: 'End a schedule. A run that is open goes on, and its runs stay.',
        params: scheduleParams,
        response: { 204: z.void().describe('It is gone'), ...problems },
      },
    },
    async ({ params: { id }, subject }, reply) => {
      await schedulesAs(subject).delete(nameOf(id));
      return reply.code(204).send();
    },
  );
};
