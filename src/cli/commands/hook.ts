import { isFailure } from '../../errors.js';
import { kindNamed } from '../../model/kinds.js';
import type { Report } from '../../model/report.js';
import { shellWord } from '../../render/words.js';
import type { Runs } from '../../runs/runs.js';
import { CliError, usageError } from '../cli-error.js';
import { type AddCommand, waitOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { follow } from '../follow.js';
import { exitCodeOf, explainFailure } from '../outcome.js';
import { type Request, readRequest } from '../request.js';
import type { Terminal } from '../terminal.js';

interface HookOptions {
  readonly file: string;
  readonly wait?: number;
}

/** A run and what is being looked at, in one hook's container. */
interface Attached {
  readonly runs: Runs;
  readonly terminal: Terminal;
  readonly workflowId: string;
  readonly request: Request;
  readonly wait?: number | undefined;
}

const later = 'the run is not lost: the next helm upgrade goes on with it';

/** Guide 003: a chart migrates itself by its hooks. They hold nothing: whatever becomes of them and of helm, the run goes on or waits, and the next hook attaches to it. */
export const addHook: AddCommand = (program, context) => {
  const hook = program
    .command('hook')
    .description('For the hook Jobs of a chart that migrates itself: thin clients of the run, safe to be killed and repeated.');
  const at = (moment: string, description: string, meet: (attached: Attached) => Promise<ExitCode>, find: (attached: Attached) => Promise<boolean>) =>
    hook
      .command(moment)
      .description(description)
      .requiredOption('-f, --file <spec.yaml>', 'the spec, with upgrade: hooks')
      .addOption(waitOption())
      .addHelpText(
        'after',
        `\nExit codes: 0 helm may go on · 1 it must not: the reason is in the log, and ${later} · 2 the spec is wrong · 3 preflight refused · 5 --wait is over`,
      )
      .action(
        context.action(({ file, wait }: HookOptions) =>
          withRuns(context, async (runs) => {
            const request = await readRequest(file);
            const attached = { runs, terminal: context.terminal, workflowId: workflowOf(request), request, wait };
            if (!(await find(attached))) return exitCodes.ok;
            await askAgain(attached);
            return meet(attached);
          }),
        ),
      );
  at('pre-upgrade', 'Start the run of the release, or attach to it, and wait until helm may go on.', untilHelmMayGoOn, startOrAttach);
  at('post-upgrade', 'Let the run go on, now that helm has applied the upgrade, and wait for its end.', untilEnd, attach);
  for (const command of hook.commands) command.copyInheritedSettings(program);
};

function workflowOf({ spec }: Request): string {
  const id = kindNamed(spec).workflowId(spec);
  if (id === undefined) throw usageError('the spec names no release: a hook would not find its run again');
  return id;
}

async function startOrAttach({ runs, terminal, workflowId, request: { source: _, ...request } }: Attached): Promise<boolean> {
  try {
    const { run } = await runs.start(request);
    terminal.say(`started ${workflowId}  run ${run}`);
  } catch (error) {
    if (!isFailure(error, 'RunInProgress')) throw error;
    terminal.say(`attached to ${workflowId}, which is under way`);
  }
  return true;
}

/** Where nothing is open, the pre-upgrade hook found nothing to be done, or its run is over. */
async function attach({ runs, terminal, workflowId }: Attached): Promise<boolean> {
  try {
    await runs.workingOn(workflowId);
    terminal.say(`attached to ${workflowId}`);
    return true;
  } catch (error) {
    if (!isFailure(error, 'WrongMoment', 'UnknownRun')) throw error;
    const { report } = await runs.report(workflowId);
    endOf(report, workflowId);
    terminal.say(`${workflowId} is ${report.phase}: nothing is left to be done`);
    return false;
  }
}

/** A failed step waits for whoever comes next: helm's next upgrade is a person who tries again. */
async function askAgain({ runs, terminal, workflowId }: Attached): Promise<void> {
  const { question } = (await seen(runs, workflowId)) ?? {};
  if (!question?.choices.includes('retry')) return;
  terminal.say(`tries again: ${question.text}`);
  await runs.decide(workflowId, { question: question.number, choice: 'retry', reason: 'helm upgrade runs the hook again' });
}

const seen = async (runs: Runs, workflowId: string): Promise<Report | undefined> => (await runs.see(workflowId).catch(() => undefined))?.report;

const passedHelm = ({ decisions }: Report): boolean => decisions.some(({ question, choice }) => question === 'helm' && choice === 'approve');
const asks = ({ question }: Report): boolean => question !== undefined;

async function untilHelmMayGoOn(attached: Attached): Promise<ExitCode> {
  const mayGoOn = (report: Report) => report.gate === 'helm' || passedHelm(report);
  return look(attached, { until: (report) => mayGoOn(report) || asks(report), mayGoOn });
}

async function untilEnd(attached: Attached): Promise<ExitCode> {
  const { runs, workflowId } = attached;
  const onGate = async (report: Report) => {
    if (report.gate === 'helm' && report.plan !== undefined)
      await runs.approve(workflowId, { gate: 'helm', plan: report.plan, reason: 'helm has applied the upgrade' });
    return true;
  };
  return look(attached, { until: asks, onGate, mayGoOn: () => false });
}

interface Looking {
  readonly until: (report: Report) => boolean;
  readonly onGate?: (report: Report) => Promise<boolean>;
  readonly mayGoOn: (report: Report) => boolean;
}

async function look({ runs, terminal, workflowId, request, wait }: Attached, { mayGoOn, ...looking }: Looking): Promise<ExitCode> {
  const followed = await follow(runs, terminal, workflowId, { ...looking, ...(wait !== undefined && { waitSeconds: wait }) }).catch((error: unknown) => {
    throw explainFailure(error, request.source);
  });
  if ('ended' in followed) return endOf(followed.ended, workflowId);
  const { left, because } = followed;
  if (because === 'waited' || because === 'interrupted') {
    terminal.say(later);
    return because === 'waited' ? exitCodes.waits : exitCodes.detached;
  }
  if (left && mayGoOn(left)) return exitCodes.ok;
  throw new CliError(left?.question?.text ?? `${workflowId} waits`, { hint: `${later}, or a person answers: rehelm status ${shellWord(workflowId)}` });
}

/** Throws where it was not well. */
function endOf(report: Report, workflowId: string): ExitCode {
  if (exitCodeOf(report) === exitCodes.ok) return exitCodes.ok;
  throw new CliError(`${workflowId} is ${report.phase}${report.cause ? `: ${report.cause}` : ''}`);
}
