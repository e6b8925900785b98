import type { Report } from '../../model/report.js';
import type { Runs } from '../../runs/runs.js';
import { type AddCommand, type Context, type Output, outputOption, reasonOption, waitOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { offerGate } from '../gates.js';
import { watchRun } from '../watch-run.js';

interface FinalizeOptions {
  readonly reason: string;
  readonly early?: true;
  readonly detach?: true;
  readonly wait?: number;
  readonly output: Output;
}

export const addFinalize: AddCommand = (program, context) => {
  program
    .command('finalize <run>')
    .description('Drop what a rollback would need: it shows the list first, and does it only after that list was approved.')
    .addOption(reasonOption())
    .option('--early', "before the spec's notBefore has passed")
    .option('--detach', 'start it and return; approve it by rehelm approve RUN/finalize --gate start')
    .addOption(waitOption())
    .addOption(outputOption())
    .addHelpText('after', '\nExit codes: 0 finalized · 1 failed · 5 waits for the approval of its list · 6 given up, nothing was dropped · 130 detached')
    .action(context.action((run: string, options: FinalizeOptions) => withRuns(context, (runs) => finalize(runs, context, run, options))));
};

async function finalize(runs: Runs, { terminal }: Context, name: string, { reason, early, detach, wait, output }: FinalizeOptions): Promise<ExitCode> {
  const id = await runs.finalize(name, { reason, early: early === true });
  if (detach) {
    terminal.out(id);
    return exitCodes.ok;
  }
  const onGate = (report: Report) => offerGate(runs, terminal, id, report, false);
  return watchRun(runs, terminal, id, { output, ...(wait !== undefined && { waitSeconds: wait }), ...(terminal.interactive && { onGate }) });
}
