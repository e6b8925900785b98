import { checkSpec } from '../check-spec.js';
import { planRequest } from '../schema/requests.js';
import { preview } from '../schema/run.js';
import { filesOf } from '../spec-files.js';
import { type AddRoutes, ok, problems } from './route.js';

export const addPlans: AddRoutes = (api, { runsAs, kinds }) => {
  api.post(
    '/v1/plans',
    {
      schema: {
        operationId: 'previewPlan',
        summary: 'What a run of this spec would do, and what stands in its way. Changes nothing.',
        body: planRequest,
        response: { 200: ok('The plan, and what stands in its way', preview), ...problems },
      },
    },
    async ({ body: { spec, files }, subject }) => {
      checkSpec(kinds, spec, files);
      const { shown, problems: found } = await runsAs(subject).preview({ spec, files: filesOf(files) });
      return { ...shown, problems: found };
    },
  );
};
