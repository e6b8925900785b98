import type { Report } from '../../../src/model/report.js';
import { sleep } from '../story/tools.js';
import { type Composed, type Service, services } from './composed.js';
import type { Portal } from './portal.js';

export interface Kill {
  readonly service: Service;
  /** The run's, as it was last seen before. */
  readonly phase: string;
  readonly step: string;
  /** Until the service said again that it is well. */
  readonly backSeconds: number;
}

export interface Played {
  readonly workflow: string;
  readonly report: Report;
  readonly kills: readonly Kill[];
  readonly seconds: number;
}

const patienceSeconds = 900;

/** One run to its end, every service killed once while it is open: gates wait until all were. A question ends it, since nobody is asked to answer one. */
export async function play(stack: Composed, portal: Portal, spec: string, tell: (line: string) => void): Promise<Played> {
  const started = Date.now();
  const workflow = await portal.start(spec);
  tell(`${workflow} started`);
  const killing = killEach(stack, portal, workflow, tell);
  killing.catch(() => undefined);
  const until = started + patienceSeconds * 1000;
  for (;;) {
    const report = await portal.look(workflow);
    if (report?.question) throw new Error(`the run asks: ${report.question.text}`);
    if (report?.endedAt) return { workflow, report, kills: await killing, seconds: (Date.now() - started) / 1000 };
    if (report?.phase === 'AwaitingApproval' && report.gate && report.plan) {
      await killing;
      await portal.approve(workflow, report.gate, report.plan);
      tell(`${report.gate} approved`);
    }
    if (Date.now() > until) throw new Error(`${workflow} was ${report?.phase} after ${patienceSeconds} s`);
    await sleep(300);
  }
}

async function killEach(stack: Composed, portal: Portal, workflow: string, tell: (line: string) => void): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  for (const service of services) {
    const seen = await portal.look(workflow);
    const at = Date.now();
    await stack.kill(service);
    await comesBack(stack, service);
    const kill = { service, phase: seen?.phase ?? 'unknown', step: runningStep(seen), backSeconds: (Date.now() - at) / 1000 };
    tell(`${service} killed in ${kill.phase} ${kill.step}; well again after ${kill.backSeconds.toFixed(1)} s`);
    kills.push(kill);
  }
  return kills;
}

async function comesBack(stack: Composed, service: Service): Promise<void> {
  const until = Date.now() + 120_000;
  for (let wasAway = false; ; ) {
    const state = (await stack.states()).get(service);
    wasAway ||= state !== 'healthy';
    if (wasAway && state === 'healthy') return;
    if (Date.now() > until) throw new Error(`${service} did not come back after it was killed: ${state}`);
    await sleep(100);
  }
}

function runningStep(report: Report | undefined): string {
  return report?.steps.find(({ state }) => state === 'begun')?.id ?? '';
}
