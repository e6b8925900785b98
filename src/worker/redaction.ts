import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { failure } from '../errors.js';
import { redactError, redactValue } from './redact.js';

/** Activities whose results steps are made of: a placeholder in them would be carried out. */
const makesPlans = /^(?:inspect|plan)/;

/**
 * The last line of defence: nothing that looks like a secret goes from an activity into Temporal. Errors and the results of steps are blanked;
 * a plan is refused instead, since a run would install the blank.
 */
export const redaction: ActivityInterceptorsFactory = ({ info, log }) => ({
  inbound: {
    async execute(input, next) {
      const result = await next(input).catch((error: unknown) => {
        throw redactError(error);
      });
      const { value, paths } = redactValue(result);
      if (paths.length === 0) return result;
      if (makesPlans.test(info.activityType)) throw holdsSecrets(paths);
      log.warn('took what looks like a secret out of a result', { paths });
      return value;
    },
  },
});

function holdsSecrets(paths: readonly string[]) {
  const problems = paths.map((path) => ({
    path: path
      .replace(/^spec\./, '')
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    message: 'looks like a secret: put it into a Secret and name that, for what a spec says is kept in Temporal',
  }));
  return failure('InvalidSpec', `${paths.join(', ')}: looks like a secret`, { details: { problems } });
}
