import { nameOf } from '../../runs/run-id.js';
import { acknowledgedRequest, approveScheduleRequest, pauseRequest } from '../schema/requests.js';
import { changedSchedule, triggered } from '../schema/schedule.js';
import { scheduleAt } from '../shown-schedule.js';
import { type AddRoutes, ok, problems, scheduleParams } from './route.js';

export const addScheduleVerbs: AddRoutes = (api, { schedulesAs }) => {
  api.post(
    '/v1/schedules/:id/approve',
    {
      schema: {
        operationId: 'approveSchedule',
        summary: 'Approve, as the second person whom four eyes ask for, the runs of a schedule that another one created. It goes on from there.',
        params: scheduleParams,
        body: approveScheduleRequest,
        response: { 200: ok('It is approved', changedSchedule), ...problems },
      },
    },
    async ({ params: { id }, body, subject }) => {
      await schedulesAs(subject).approve(nameOf(id), body);
      return scheduleAt(nameOf(id));
    },
  );

  api.post(
    '/v1/schedules/:id/pause',
    {
      schema: {
        operationId: 'pauseSchedule',
        summary: 'Start nothing until it is resumed. A run that is open goes on.',
        params: scheduleParams,
        body: pauseRequest,
        response: { 200: ok('It is paused', changedSchedule), ...problems },
      },
    },
    async ({ params: { id }, body, subject }) => {
      await schedulesAs(subject).pause(nameOf(id), body);
      return scheduleAt(nameOf(id));
    },
  );

  api.post(
    '/v1/schedules/:id/resume',
    {
      schema: {
        operationId: 'resumeSchedule',
        summary: 'Go on with its times. After a drill that was red or inconclusive somebody must acknowledge it.',
        params: scheduleParams,
        body: acknowledgedRequest,
        response: { 200: ok('It goes on', changedSchedule), ...problems },
      },
    },
    async ({ params: { id }, body, subject }) => {
      await schedulesAs(subject).resume(nameOf(id), body);
      return scheduleAt(nameOf(id));
    },
  );

  api.post(
    '/v1/schedules/:id/trigger',
    {
      schema: {
        operationId: 'triggerSchedule',
        summary: 'Run it now, also where it is paused. After a drill that was red or inconclusive somebody must acknowledge it.',
        params: scheduleParams,
        body: acknowledgedRequest,
        response: { 202: ok('It was taken', triggered), ...problems },
      },
    },
    async ({ params: { id }, body, subject }, reply) => {
      const begun = await schedulesAs(subject).trigger(nameOf(id), body);
      return reply.code(202).send({ ...scheduleAt(nameOf(id)), ...begun });
    },
  );
};
