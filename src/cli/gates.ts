import { setTimeout as sleep } from 'node:timers/promises';
import type { ShownPlan } from '../model/plan.js';
import type { Report } from '../model/report.js';
import { CliError } from './cli-error.js';
import { exitCodes } from './exit-codes.js';
import { explainFailure } from './outcome.js';
import { planText } from './render/plan-text.js';
import { shellWord } from './render/words.js';
import type { Session } from './session.js';
import type { Terminal } from './terminal.js';

/** The plan of a run as its workflow shows it. */
export const shownPlan = (session: Session, workflowId: string): Promise<ShownPlan | undefined> =>
  session.soon(`look at ${workflowId}`, () => session.client.workflow.getHandle(workflowId).query<ShownPlan | undefined>('plan'));

/** Approves with --yes, or asks who sits here. False: left to others. */
export async function offerGate(session: Session, terminal: Terminal, workflowId: string, { gate }: Report, yes: boolean): Promise<boolean> {
  if (gate === undefined || (yes && gate !== 'start')) return true;
  const shown = await shownPlan(session, workflowId);
  if (!shown) return true;
  if (gate === 'start') terminal.say(planText(shown, [], terminal.colors));
  const answer = yes ? 'yes' : await askHere(session, terminal, workflowId, gate);
  if (answer === 'yes')
    await session.update(workflowId, 'approve', { ...session.said(yes ? 'approved with --yes' : 'approved at the prompt'), gate, plan: shown.hash });
  return answer !== 'no';
}

/** Somebody else may approve, or turn the run back, while the question stands here. */
async function askHere(session: Session, terminal: Terminal, workflowId: string, gate: string): Promise<'yes' | 'no' | 'elsewhere'> {
  const done = new AbortController();
  const settled = new AbortController();
  const watching = watchGate(session, workflowId, gate, done.signal).then((gone) => gone && settled.abort());
  const agreed = await agrees(terminal, gate, settled.signal);
  done.abort();
  await watching;
  if (agreed) return 'yes';
  return settled.signal.aborted ? 'elsewhere' : 'no';
}

/** True once the gate no longer waits; false when told to stop looking. */
async function watchGate(session: Session, workflowId: string, gate: string, stop: AbortSignal): Promise<boolean> {
  const handle = session.client.workflow.getHandle(workflowId);
  while (!stop.aborted) {
    const report = await session.soon(`look at ${workflowId}`, () => handle.query<Report>('report'), 5).catch(() => undefined);
    if (report && report.gate !== gate) return true;
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
export async function approveAhead(session: Session, terminal: Terminal, workflowId: string, hash: string): Promise<boolean> {
  const shown = await planOf(session, terminal, workflowId);
  if (shown.hash !== hash) {
    terminal.say(`the plan is now ${shown.hash}, not ${hash}: something has changed since you looked, so it was not approved`);
    terminal.say(`look at it: rehelm approve ${shellWord(workflowId)} --gate start`);
    return false;
  }
  await session.update(workflowId, 'approve', { ...session.said('approved ahead'), gate: 'start', plan: hash });
  return true;
}

async function planOf(session: Session, terminal: Terminal, workflowId: string): Promise<ShownPlan> {
  const handle = session.client.workflow.getHandle(workflowId);
  for (const until = Date.now() + patienceMilliseconds; Date.now() < until && !terminal.interrupted.aborted; await sleep(300)) {
    const { status } = await session.soon(`look at ${workflowId}`, () => handle.describe());
    if (status.name !== 'RUNNING') await failWith(session, workflowId);
    const shown = await shownPlan(session, workflowId).catch(passOver);
    if (shown) return shown;
  }
  throw new CliError(`${workflowId} has no plan yet; it was not approved`, { exitCode: terminal.interrupted.aborted ? exitCodes.detached : exitCodes.waits });
}

async function failWith(session: Session, workflowId: string): Promise<never> {
  await session
    .soon(`look at ${workflowId}`, () => session.client.workflow.getHandle(workflowId).result())
    .catch((error: unknown) => {
      throw explainFailure(error, workflowId);
    });
  throw new CliError(`${workflowId} ended before it could be approved`);
}

/** The worker was busy or away: look again. */
const passOver = (error: unknown): undefined => {
  if (error instanceof CliError && error.passing) return undefined;
  throw error;
};
