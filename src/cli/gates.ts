import { setTimeout as sleep } from 'node:timers/promises';
import type { Gate } from '../model/plan.js';
import type { Report } from '../model/report.js';
import { shellWord } from '../render/words.js';
import { isPassing } from '../runs/is-passing.js';
import type { Runs } from '../runs/runs.js';
import { CliError } from './cli-error.js';
import { exitCodes } from './exit-codes.js';
import { planText } from './render/plan-text.js';
import type { Terminal } from './terminal.js';

/** Approves with --yes, or asks who sits here. False: left to others. */
export async function offerGate(runs: Runs, terminal: Terminal, workflowId: string, { gate }: Report, yes: boolean): Promise<boolean> {
  if (gate === undefined || (yes && gate !== 'start')) return true;
  const shown = await runs.shownPlan(workflowId);
  if (!shown) return true;
  if (gate === 'start') terminal.say(planText(shown, [], terminal.colors));
  const answer = yes ? 'yes' : await askHere(runs, terminal, workflowId, gate);
  if (answer === 'yes') await runs.approve(workflowId, { gate, plan: shown.hash, reason: yes ? 'approved with --yes' : 'approved at the prompt' });
  return answer !== 'no';
}

/** Somebody else may approve, or turn the run back, while the question stands here. */
async function askHere(runs: Runs, terminal: Terminal, workflowId: string, gate: Gate): Promise<'yes' | 'no' | 'elsewhere'> {
  const done = new AbortController();
  const settled = new AbortController();
  const watching = watchGate(runs, workflowId, gate, done.signal).then((gone) => gone && settled.abort());
  const agreed = await agrees(terminal, gate, settled.signal);
  done.abort();
  await watching;
  if (agreed) return 'yes';
  return settled.signal.aborted ? 'elsewhere' : 'no';
}

/** True once the gate no longer waits; false when told to stop looking. */
async function watchGate(runs: Runs, workflowId: string, gate: Gate, stop: AbortSignal): Promise<boolean> {
  while (!stop.aborted) {
    const seen = await runs.see(workflowId).catch(() => undefined);
    if (seen && seen.report.gate !== gate) return true;
    await sleep(1000, undefined, { signal: stop }).catch(() => undefined);
  }
  return false;
}

const questions: Readonly<Record<Gate, string>> = {
  start: 'Start with this plan?',
  cutover: 'Hold users out now, and cut over?',
  helm: 'Has helm applied the upgrade? Its post-upgrade hook says so by itself.',
  commit: 'Let users in to the target? What they write from then on is lost by a rollback.',
};

export async function agrees(terminal: Terminal, gate: Gate, stop: AbortSignal = terminal.interrupted): Promise<boolean> {
  const answer = await terminal.ask(`${questions[gate]} [y/N] `, stop).catch(() => '');
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

const patienceMilliseconds = 600_000;

/** Whether the run's plan is the one that was approved with its start; the reason is said where it is not. A refused run throws. */
export async function isAsApproved(runs: Runs, terminal: Terminal, workflowId: string, hash: string): Promise<boolean> {
  const made = await planOf(runs, terminal, workflowId);
  if (made === hash) return true;
  terminal.say(`the plan is now ${made}, not ${hash}: something has changed since you looked, so it was not approved`);
  terminal.say(`look at it: rehelm approve ${shellWord(workflowId)} --gate start`);
  return false;
}

async function planOf(runs: Runs, terminal: Terminal, workflowId: string): Promise<string> {
  for (const until = Date.now() + patienceMilliseconds; Date.now() < until && !terminal.interrupted.aborted; await sleep(300)) {
    const { report } = await runs.see(workflowId).catch(passOver);
    if (report?.plan !== undefined) return report.plan;
  }
  throw new CliError(`${workflowId} has no plan yet; it was not approved`, { exitCode: terminal.interrupted.aborted ? exitCodes.detached : exitCodes.waits });
}

/** The worker was busy or away: look again. */
const passOver = (error: unknown): { readonly report: undefined } => {
  if (isPassing(error)) return { report: undefined };
  throw error;
};
