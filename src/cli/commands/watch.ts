import { type AddCommand, type Context, json, type Output, outputOption, waitOption, withSession } from '../context.js';
import type { ExitCode } from '../exit-codes.js';
import { findRun, isOpen } from '../look-up.js';
import { exitCodeOf } from '../outcome.js';
import { readReport } from '../read-report.js';
import { reportText } from '../render/report-text.js';
import type { Session } from '../session.js';
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
    .action(context.action((run: string, flags: WatchFlags) => withSession(context, (session) => watch(session, context, run, flags))));
};

async function watch(session: Session, context: Context, run: string, { wait, output }: WatchFlags): Promise<ExitCode> {
  const { terminal } = context;
  const open = (await isOpen(session, run)) ? run : await openOf(session, run);
  if (open !== undefined) return watchRun(session, terminal, open, { output, ...(wait !== undefined && { waitSeconds: wait }) });
  const { report, workflowId } = await readReport(session, run);
  terminal.out(output === 'json' ? json(report) : reportText(report, workflowId, terminal.outColors));
  return exitCodeOf(report);
}

async function openOf(session: Session, run: string): Promise<string | undefined> {
  const { open, openAfter, workflowId } = await findRun(session, run);
  return open ? workflowId : openAfter;
}
