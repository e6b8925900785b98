import type { AddCommand } from '../context.js';
import { exitCodes } from '../exit-codes.js';

export const addWorker: AddCommand = (program, { terminal, action }) => {
  program
    .command('worker')
    .description('Run a worker: it carries runs out. Settings by environment, see below; SIGTERM ends it safely, runs go on with the next worker.')
    .addHelpText(
      'after',
      `
Environment:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…   where Temporal is, as for the temporal CLI
  KUBECONFIG, REHELM_CONTEXT           the cluster; in a pod its own
  REHELM_HELM                          the helm program; default: from PATH
  REHELM_TASK_QUEUE                    default: rehelm
  REHELM_COPIER_IMAGE                  image of the Jobs that move data
  REHELM_DRILL_IMAGE                   image of the pods that drill
  REHELM_HEARTBEAT_TIMEOUT_SECONDS     how soon the death of a worker is noticed; default: 10
  REHELM_ESCROW_RECIPIENTS             age recipients, for secrets.escrow
  REHELM_HEALTH_PORT                   where /readyz says whether it takes work (rehelm health); default: nowhere
  REHELM_LOG_LEVEL                     debug, info, warn, error; default: info`,
    )
    .action(
      action(async () => {
        const { runWorker } = await import('../../worker/main.js');
        await runWorker({ env: terminal.env });
        return exitCodes.ok;
      }),
    );
};
