import { generatorLate } from '../../../src/judge/judge.js';
import type { Report } from '../../../src/model/report.js';
import { sleep, soon } from '../story/tools.js';
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

export interface Course {
  /** Path of the spec. */
  readonly spec: string;
  /** The kind of step, such as `driveDrill`, during which everybody is killed. */
  readonly killsDuring: string;
}

/** One run to its end, every service killed once while one of its steps is at work. A question ends it, since nobody is asked to answer one. */
async function play(stack: Composed, portal: Portal, { spec, killsDuring }: Course, tell: (line: string) => void): Promise<Played> {
  const started = Date.now();
  const workflow = await portal.start(spec);
  tell(`${workflow} started`);
  const kills: Kill[] = [];
  for (const service of services) kills.push(await killDuring(stack, portal, { workflow, step: killsDuring, service }, tell));
  const report = await soon(`the end of ${workflow}`, patienceSeconds, async () => {
    const seen = await portal.look(workflow);
    return seen?.endedAt === undefined ? undefined : seen;
  });
  return { workflow, report, kills, seconds: (Date.now() - started) / 1000 };
}

const mostAttempts = 3;
/** A drill in which nothing was wrong but that: its host had given the machine to others. */
const onlyLate = new RegExp(`^DrillInconclusive: \\w+ is inconclusive: ${generatorLate} [^;]+; \\d+ ms may it be$`);

/** Plays it again where a drill was only too late itself, everybody killed again, at most twice; `disturbed` says what those that do not count said. */
export async function playUndisturbed(
  stack: Composed,
  portal: Portal,
  course: Course,
  tell: (line: string) => void,
): Promise<Played & { readonly disturbed: readonly string[] }> {
  const disturbed: string[] = [];
  for (;;) {
    try {
      return { ...(await play(stack, portal, course, tell)), disturbed };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!onlyLate.test(words) || disturbed.length + 1 === mostAttempts) throw error;
      tell(`played again: ${words}`);
      disturbed.push(words);
    }
  }
}

interface Aim {
  readonly workflow: string;
  readonly step: string;
  readonly service: Service;
}

/** Kills a service as soon as that step is seen at work; throws where it is over. */
async function killDuring(stack: Composed, portal: Portal, { workflow, step, service }: Aim, tell: (line: string) => void): Promise<Kill> {
  const phase = await soon(`${step} to be at work`, patienceSeconds, async () => {
    const report = await portal.look(workflow);
    if (report?.question) throw new Error(`the run asks: ${report.question.text}`);
    const aim = report?.steps.find((each) => each.step === step);
    if (report?.endedAt || aim?.state === 'done') throw new Error(`${step} was over before ${service} was killed`);
    return aim?.state === 'begun' ? report?.phase : undefined;
  });
  const at = Date.now();
  await stack.kill(service);
  await comesBack(stack, service);
  const kill = { service, phase, step, backSeconds: (Date.now() - at) / 1000 };
  tell(`${service} killed in ${phase} ${step}; well again after ${kill.backSeconds.toFixed(1)} s`);
  return kill;
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
