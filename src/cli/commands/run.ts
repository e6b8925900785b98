import { randomUUID } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Report } from '../../model/report.js';
import { CliError, usageError } from '../cli-error.js';
import { type AddCommand, type Context, json, type Output, outputOption, waitOption, withSession } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { approveAhead, offerGate } from '../gates.js';
import { fieldAt } from '../kinds.js';
import { shellWord } from '../render/words.js';
import { type Request, readRequest } from '../request.js';
import type { Session } from '../session.js';
import type { SpecFile } from '../spec-file.js';
import type { Terminal } from '../terminal.js';
import { type WatchOptions, watchRun } from '../watch-run.js';

interface RunOptions {
  readonly file: string;
  readonly id?: string;
  readonly detach?: true;
  readonly yes?: boolean;
  readonly approve?: string;
  readonly plan?: string;
  readonly wait?: number;
  readonly output: Output;
}

export const addRun: AddCommand = (program, context) => {
  program
    .command('run')
    .description('Start a run and follow it. Ctrl-C stops following, never the run.')
    .requiredOption('-f, --file <spec.yaml>', 'the spec; - reads standard input')
    .option('--id <id>', 'workflow id; default: migrate/NAMESPACE/RELEASE, so that a second run of one release is refused')
    .option('--detach', 'start it and return')
    .option('--yes', 'approve the start with whatever plan is made; it is printed')
    .option('--approve <gate>', 'approve ahead: start, with the --plan you looked at')
    .option('--plan <hash>', 'the hash that rehelm plan printed')
    .addOption(waitOption())
    .addOption(outputOption())
    .addHelpText(
      'after',
      '\nExamples:\n  rehelm run -f cognigy.yaml\n  rehelm run -f cognigy.yaml --approve start --plan 3f2a9c81d0e4 --wait 2h\nExit codes: 0 succeeded · 1 failed · 2 the spec is wrong · 3 preflight refused · 5 --wait is over, or it waits for a person · 6 rolled back · 130 detached',
    )
    .action(context.action((options: RunOptions) => run(options, context)));
};

async function run(options: RunOptions, context: Context): Promise<ExitCode> {
  checkOptions(options);
  return withSession(context, (session) => startAndFollow(session, context.terminal, options));
}

async function startAndFollow(session: Session, terminal: Terminal, options: RunOptions): Promise<ExitCode> {
  const request = await readRequest(options.file, session.requestFiles);
  const started = await start(session, request, options.id);
  const { workflowId } = started;
  await request.claimFor(started.run);
  terminal.say(`started ${workflowId}  ${terminal.colors.dim(`run ${started.run}`)}`);
  if (!(await session.hasWorker()))
    terminal.say(terminal.colors.yellow(`no worker serves the task queue ${session.taskQueue} now: the run begins when one does (rehelm worker)`));
  if (options.plan !== undefined && !(await approveAhead(session, terminal, workflowId, options.plan))) return exitCodes.waits;
  if (!options.detach) return watchRun(session, terminal, workflowId, watchOptions(session, terminal, workflowId, request.source, options));
  terminal.out(options.output === 'json' ? json(started) : workflowId);
  return exitCodes.ok;
}

function watchOptions(session: Session, terminal: Terminal, workflowId: string, source: SpecFile, { yes = false, wait, output }: RunOptions): WatchOptions {
  const onGate = (report: Report) => offerGate(session, terminal, workflowId, report, yes);
  return { output, source, ...(wait !== undefined && { waitSeconds: wait }), ...((yes || terminal.interactive) && { onGate }) };
}

function checkOptions({ approve, plan, yes, detach }: RunOptions): void {
  if (approve !== undefined && approve !== 'start')
    throw usageError(`only start can be approved ahead, not ${approve}`, 'the commit is approved while it is asked: rehelm approve RUN --gate commit');
  if (approve !== undefined && plan === undefined)
    throw usageError('--approve start needs --plan HASH: the plan that you looked at', 'rehelm plan -f … prints it');
  if (approve === undefined && plan !== undefined) throw usageError('--plan goes with --approve start');
  if (yes && detach) throw usageError('--yes cannot approve a plan that is not made yet: use --approve start --plan HASH with --detach');
}

async function start(session: Session, { kind, spec }: Request, id: string | undefined): Promise<{ readonly workflowId: string; readonly run: string }> {
  const workflowId = id ?? kind.workflowId({ target: fieldAt(spec, ['target']) }) ?? `run/${randomUUID()}`;
  const title = `${kind.workflowType} ${String(fieldAt(spec, ['metadata', 'name']) ?? '')}`.trim();
  try {
    const handle = await session.soon(`start ${workflowId}`, () =>
      session.client.workflow.start(kind.workflowType, {
        taskQueue: session.taskQueue,
        workflowId,
        args: [spec],
        staticSummary: `${title} by ${session.by}`.slice(0, 200),
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
    return { workflowId, run: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new CliError(`${workflowId} already runs: one run of a release at a time`, { hint: `rehelm status ${shellWord(workflowId)}`, cause: error });
  }
}
