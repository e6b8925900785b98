import { setTimeout as sleep } from 'node:timers/promises';
import type { ShownPlan } from '../model/plan.js';
import type { Report } from '../model/report.js';
import { isPassing } from '../runs/is-passing.js';
import type { Runs } from '../runs/runs.js';
import { CliError } from './cli-error.js';
import { exitCodes } from './exit-codes.js';
import { planText } from './render/plan-text.js';
import { shellWord } from './render/words.js';
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
async function askHere(runs: Runs, terminal: Terminal, workflowId: string, gate: string): Promise<'yes' | 'no' | 'elsewhere'> {
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
async function watchGate(runs: Runs, workflowId: string, gate: string, stop: AbortSignal): Promise<boolean> {
  while (!stop.aborted) {
    const seen = await runs.see(workflowId).catch(() => undefined);
    if (seen && seen.report.gate !== gate) return true;
    await sleep(1000, undefined, { signal: stop }).catch(() => undefined);
  }
  return false;
}

export async function agrees(terminal: Terminal, gate: string, stop: AbortSignal = terminal.interrupted): Promise<boolean> {
  const what = gate === 'commit' ? 'Let users in to the target? What they write from then on is lost by a rollback.' : 'Start with this plan?';
  const answer = await terminal.ask(`${what} [y/N] `, stop).catch(() => '');
  return ['y', 'yes'].includes(answer.trim().toLowerCase());
}

const patienceMilliseconds = 600_000;

/** Approves the start of a run whose plan has the hash that was looked at. False, with the reason said, where the plan is another one. A refused run throws. */
export async function approveAhead(runs: Runs, terminal: Terminal, workflowId: string, hash: string): Promise<boolean> {
  const shown = await planOf(runs, terminal, workflowId);
  if (shown.hash !== hash) {
    terminal.say(`the plan is now ${shown.hash}, not ${hash}: something has changed since you looked, so it was not approved`);
    terminal.say(`look at it: rehelm approve ${shellWord(workflowId)} --gate start`);
    return false;
  }
  await runs.approve(workflowId, { gate: 'start', plan: hash, reason: 'approved ahead' });
  return true;
}

async function planOf(runs: Runs, terminal: Terminal, workflowId: string): Promise<ShownPlan> {
  for (const until = Date.now() + patienceMilliseconds; Date.now() < until && !terminal.interrupted.aborted; await sleep(300)) {
    const shown = await planNow(runs, workflowId).catch(passOver);
    if (shown) return shown;
  }
  throw new CliError(`${workflowId} has no plan yet; it was not approved`, { exitCode: terminal.interrupted.aborted ? exitCodes.detached : exitCodes.waits });
}

/** A run that was refused throws its failure. */
async function planNow(runs: Runs, workflowId: string): Promise<ShownPlan | undefined> {
  const { open } = await runs.see(workflowId);
  if (!open) throw new CliError(`${workflowId} ended before it could be approved`);
  return runs.shownPlan(workflowId);
}

/** The worker was busy or away: look again. */
const passOver = (error: unknown): undefined => {
  if (isPassing(error)) return undefined;
  throw error;
};
