import type { Runs } from '../../runs/runs.js';
import { type AddCommand, type Context, type Output, outputOption, reasonOption, waitOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { watchRun } from '../watch-run.js';

interface RollbackOptions {
  readonly reason: string;
  readonly acceptDataLoss?: true;
  readonly detach?: true;
  readonly wait?: number;
  readonly output: Output;
}

export const addRollback: AddCommand = (program, context) => {
  program
    .command('rollback <run>')
    .description('Take a run back, newest step first: while it runs, days after it, and after Temporal has forgotten it.')
    .addOption(reasonOption())
    .option('--accept-data-loss', 'after the commit: what users wrote to the target since is lost')
    .option('--detach', 'ask for it and return')
    .addOption(waitOption())
    .addOption(outputOption())
    .addHelpText('after', '\nExit codes: 0 rolled back · 1 failed or incomplete · 5 --wait is over · 130 detached')
    .action(context.action((run: string, options: RollbackOptions) => withRuns(context, (runs) => rollback(runs, context, run, options))));
};

async function rollback(runs: Runs, { terminal }: Context, name: string, options: RollbackOptions): Promise<ExitCode> {
  const { reason, acceptDataLoss = false, detach, output, wait } = options;
  const workflowId = await runs.rollback(name, { reason, acceptDataLoss });
  if (detach) {
    terminal.out(workflowId);
    return exitCodes.ok;
  }
  const code = await watchRun(runs, terminal, workflowId, { output, ...(wait !== undefined && { waitSeconds: wait }) });
  return code === exitCodes.rolledBack ? exitCodes.ok : code;
}
