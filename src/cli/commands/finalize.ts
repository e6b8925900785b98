import type { Report } from '../../model/report.js';
import { CliError } from '../cli-error.js';
import { type AddCommand, type Context, type Output, outputOption, reasonOption, waitOption, withSession } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { offerGate } from '../gates.js';
import { findRun } from '../look-up.js';
import { shellWord } from '../render/words.js';
import type { Session } from '../session.js';
import { startAfter } from '../start-after.js';
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
    .action(context.action((run: string, options: FinalizeOptions) => withSession(context, (session) => finalize(session, context, run, options))));
};

async function finalize(session: Session, { terminal }: Context, name: string, { reason, early, detach, wait, output }: FinalizeOptions): Promise<ExitCode> {
  const { workflowId, run, open, openAfter } = await findRun(session, name);
  const busy = open ? workflowId : openAfter;
  if (busy !== undefined) throw new CliError(`${busy} is still open`, { hint: `rehelm watch ${shellWord(busy)}` });
  const id = await startAfter(session, { workflowId, type: 'finalize', input: { run, ...session.said(reason), early: early === true } });
  if (detach) {
    terminal.out(id);
    return exitCodes.ok;
  }
  const onGate = (report: Report) => offerGate(session, terminal, id, report, false);
  return watchRun(session, terminal, id, { output, ...(wait !== undefined && { waitSeconds: wait }), ...(terminal.interactive && { onGate }) });
}
