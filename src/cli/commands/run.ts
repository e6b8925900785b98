import type { Report } from '../../model/report.js';
import type { Runs } from '../../runs/runs.js';
import { usageError } from '../cli-error.js';
import { type AddCommand, type Context, json, type Output, outputOption, waitOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { isAsApproved, offerGate } from '../gates.js';
import { readRequest } from '../request.js';
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
  return withRuns(context, (runs) => startAndFollow(runs, context.terminal, options));
}

async function startAndFollow(runs: Runs, terminal: Terminal, options: RunOptions): Promise<ExitCode> {
  const { source, ...request } = await readRequest(options.file);
  const started = await runs.start({
    ...request,
    ...(options.id !== undefined && { id: options.id }),
    ...(options.plan !== undefined && { plan: options.plan }),
  });
  const { workflowId } = started;
  terminal.say(`started ${workflowId}  ${terminal.colors.dim(`run ${started.run}`)}`);
  if (!(await runs.hasWorker())) terminal.say(terminal.colors.yellow(`no worker is there now: the run begins when one does (rehelm worker)`));
  if (options.plan !== undefined && !(await isAsApproved(runs, terminal, workflowId, options.plan))) return exitCodes.waits;
  if (!options.detach) return watchRun(runs, terminal, workflowId, watchOptions(runs, terminal, workflowId, source, options));
  terminal.out(options.output === 'json' ? json(started) : workflowId);
  return exitCodes.ok;
}

function watchOptions(runs: Runs, terminal: Terminal, workflowId: string, source: SpecFile, { yes = false, wait, output }: RunOptions): WatchOptions {
  const onGate = (report: Report) => offerGate(runs, terminal, workflowId, report, yes);
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
