import type { Report } from '../../model/report.js';
import { CliError } from '../cli-error.js';
import { type AddCommand, type Context, type Output, outputOption, reasonOption, waitOption, withSession } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { findRun, isOpen } from '../look-up.js';
import { shellWord } from '../render/words.js';
import type { Session } from '../session.js';
import { startAfter } from '../start-after.js';
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
    .action(context.action((run: string, options: RollbackOptions) => withSession(context, (session) => rollback(session, context, run, options))));
};

async function rollback(session: Session, { terminal }: Context, name: string, options: RollbackOptions): Promise<ExitCode> {
  const workflowId = (await isOpen(session, name)) ? await askOpen(session, name, options) : await takeBack(session, name, options);
  if (options.detach) {
    terminal.out(workflowId);
    return exitCodes.ok;
  }
  const code = await watchRun(session, terminal, workflowId, { output: options.output, ...(options.wait !== undefined && { waitSeconds: options.wait }) });
  return code === exitCodes.rolledBack ? exitCodes.ok : code;
}

/** The run answers a question with it where one waits, for a question must be answered. */
async function askOpen(session: Session, workflowId: string, { reason, acceptDataLoss }: RollbackOptions): Promise<string> {
  const handle = session.client.workflow.getHandle(workflowId);
  const { question, phase } = await session.soon(`look at ${workflowId}`, () => handle.query<Report>('report'));
  if (phase === 'RollingBack') return workflowId;
  if (question?.choices.includes('rollback'))
    await session.update(workflowId, 'decide', { ...session.said(reason), question: question.number, choice: 'rollback' });
  else await session.update(workflowId, 'rollback', { ...session.said(reason), acceptDataLoss: acceptDataLoss === true });
  return workflowId;
}

/** A closed run is taken back by a workflow of its own, from the journal alone. */
async function takeBack(session: Session, name: string, options: RollbackOptions): Promise<string> {
  const { workflowId, run, open, openAfter } = await findRun(session, name);
  if (open) return askOpen(session, workflowId, options);
  if (openAfter !== undefined) throw new CliError(`${openAfter} is already at work on it`, { hint: `rehelm watch ${shellWord(openAfter)}` });
  const { reason, acceptDataLoss } = options;
  return startAfter(session, { workflowId, type: 'rollback', input: { run, ...session.said(reason), acceptDataLoss: acceptDataLoss === true } });
}
