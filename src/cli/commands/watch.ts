import { isFailure } from '../../errors.js';
import type { Runs } from '../../runs/runs.js';
import { type AddCommand, type Context, json, type Output, outputOption, waitOption, withRuns } from '../context.js';
import type { ExitCode } from '../exit-codes.js';
import { exitCodeOf } from '../outcome.js';
import { reportText } from '../render/report-text.js';
import { watchRun } from '../watch-run.js';

interface WatchFlags {
  readonly wait?: number;
  readonly output: Output;
}

export const addWatch: AddCommand = (program, context) => {
  program
    .command('watch <run>')
    .description('Follow a run until it ends. Ctrl-C stops following, never the run.')
    .addOption(waitOption())
    .addOption(outputOption())
    .addHelpText('after', '\nExit codes: 0 succeeded · 1 failed · 5 --wait is over · 6 rolled back · 130 detached')
    .action(context.action((run: string, flags: WatchFlags) => withRuns(context, (runs) => watch(runs, context, run, flags))));
};

async function watch(runs: Runs, context: Context, run: string, { wait, output }: WatchFlags): Promise<ExitCode> {
  const { terminal } = context;
  const open = await openOf(runs, run);
  if (open !== undefined) return watchRun(runs, terminal, open, { output, ...(wait !== undefined && { waitSeconds: wait }) });
  const { report, workflowId } = await runs.report(run);
  terminal.out(output === 'json' ? json(report) : reportText(report, workflowId, terminal.outColors));
  return exitCodeOf(report);
}

async function openOf(runs: Runs, run: string): Promise<string | undefined> {
  try {
    return await runs.workingOn(run);
  } catch (error) {
    if (isFailure(error, 'WrongMoment')) return undefined;
    throw error;
  }
}
