import { soon } from '../e2e/story/tools.js';
import type { Point } from './points.js';
import { roundsOf } from './rounds.js';
import type { Scene } from './scene.js';
import { beginningState, missesBeginning } from './state.js';
import { carryRound, expectPhase, type Suite, type Undisturbed } from './suite.js';
import { turnBack } from './turn-back.js';

export interface Failure {
  readonly point: string;
  readonly message: string;
}

export interface Carried {
  readonly runs: number;
  readonly kills: number;
  readonly passed: readonly Point[];
  readonly failures: readonly Failure[];
}

type Tell = (line: string) => void;
const isTurning = ({ row }: Point): boolean => row === 'failure' || row === 'cancel';

/** Carries the points out, many in one run; each run proves the one before by starting where its rollback ended. */
export async function carryOut(suite: Suite, undisturbed: Undisturbed, points: readonly Point[], tell: Tell): Promise<Carried> {
  const course = new Course(suite, tell);
  const kills = points.filter((point) => !isTurning(point));
  for (const { name, points: asked } of roundsOf(kills)) await course.go(name, [...asked, ...course.missed], (each, now) => carryRound(now, undisturbed, each));
  if (course.missed.length > 0) await course.go('points that did not come', course.missed, (each, now) => carryRound(now, undisturbed, each));
  course.giveUpMissed();
  for (const point of points.filter(isTurning)) await course.go(point.id, [point], ([each], now) => turnBack(now, each!));
  return { runs: course.runs + 1, kills: suite.scene.workers.kills, passed: course.passed, failures: course.failures };
}

class Course {
  readonly passed: Point[] = [];
  readonly failures: Failure[] = [];
  runs = 0;
  missed: readonly Point[] = [];
  #suite: Suite;
  #wreck: string | undefined;
  readonly #tell: Tell;

  constructor(suite: Suite, tell: Tell) {
    this.#suite = suite;
    this.#tell = tell;
  }

  /** One run. Whatever goes wrong in it is written down, and the next begins where this one left the world. */
  async go(name: string, points: readonly Point[], work: (points: readonly Point[], suite: Suite) => Promise<void>): Promise<void> {
    if (this.#wreck !== undefined) {
      this.failures.push({ point: name, message: `not carried out: ${this.#wreck}` });
      return;
    }
    const { scene } = this.#suite;
    const startedAt = Date.now();
    const killsBefore = scene.workers.kills;
    const words = () => `${name}: ${scene.workers.kills - killsBefore} kills, ${Math.round((Date.now() - startedAt) / 1000)} s`;
    this.runs += 1;
    try {
      await work(points, this.#suite);
      this.passed.push(...scene.striker.struck);
      this.#tell(`ok      ${words()}`);
    } catch (error) {
      const message = `${error instanceof Error ? error.message : String(error)}${lastWords(scene.striker.lastStruck)}`;
      this.failures.push({ point: name, message });
      this.#tell(`FAILED  ${words()}: ${message}`);
      await this.#recover().catch((left: unknown) => {
        this.#wreck = `the run before could not be taken back: ${left instanceof Error ? left.message : String(left)}`;
      });
    }
    const struck = new Set(scene.striker.struck);
    this.missed = points.filter((point) => !struck.has(point) && !isTurning(point));
    if (this.missed.length > 0) this.#tell(`did not come: ${this.missed.map(({ id }) => id).join(', ')}`);
  }

  giveUpMissed(): void {
    this.failures.push(...this.missed.map(({ id }) => ({ point: id, message: 'the point did not come in two runs' })));
  }

  async #recover(): Promise<void> {
    const { scene } = this.#suite;
    scene.striker.disarm();
    scene.workers.start();
    await bringBack(scene);
    const differing = await missesBeginning(scene, this.#suite.beginning);
    if (differing.length > 0) this.#tell(`the next run begins with a world in which ${differing.join('; ').slice(0, 500)}`);
    this.#suite = { ...this.#suite, beginning: await beginningState(scene, this.#suite.beginning) };
  }
}

/** The points of one kill are many. */
const mostNamed = 6;

function lastWords(points: readonly Point[]): string {
  if (points.length === 0) return '';
  const more = points.length > mostNamed ? ` and ${points.length - mostNamed} more` : '';
  return `; struck last: ${points
    .slice(0, mostNamed)
    .map(({ id }) => id)
    .join(', ')}${more}`;
}

/** Ends what is under way and takes back what was done. */
async function bringBack(scene: Scene): Promise<void> {
  const { runId, rollbackId } = scene;
  const seen = await soon('the report of the run', 60, () => scene.report(runId));
  if (seen?.phase === 'RolledBack') return;
  const after = await scene.report(rollbackId);
  if (seen?.endedAt && after?.startedAt && after.startedAt > seen.endedAt && after.phase === 'RolledBack') return;
  await scene.rollBack();
  await expectPhase(scene, seen?.endedAt ? rollbackId : runId, 'RolledBack');
}
