import { reapRequest } from '../schema/requests.js';
import { reaped } from '../schema/run.js';
import { type AddRoutes, ok, problems } from './route.js';

export const addReap: AddRoutes = (api, { runsAs }) => {
  api.post(
    '/v1/reap',
    {
      schema: {
        operationId: 'reap',
        summary: 'List what runs left behind that nobody knows any more; with `remove` drop of it what can hold no data.',
        body: reapRequest,
        response: { 200: ok('What was found', reaped), ...problems },
      },
    },
    async ({ body, subject }) => runsAs(subject).reap(body),
  );
};
