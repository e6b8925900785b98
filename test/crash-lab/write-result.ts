import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { excludedFromWorld } from '../e2e/story/world.js';
import type { Carried } from './carry-out.js';
import { gapsOf, type Recording } from './points.js';
import { excludedFromEnds } from './state.js';

export interface Result extends Carried {
  readonly points: number;
  readonly stepsWithoutMiddle: readonly string[];
  readonly recording: Recording;
}

/** Writes the result, says how many passed, and answers the exit code. */
export function writeResult(out: string, { points, stepsWithoutMiddle, recording, runs, kills, passed, failures }: Result): number {
  const withHelm = recording.steps.filter(({ id }) => recording.writes.some((write) => write.step === id && write.byHelm));
  const result = {
    points,
    stepsWithoutMiddle,
    zombies: 0,
    resets: 0,
    runs,
    kills,
    passed: passed.length,
    failures,
    gapsOfStepsWithHelm: Object.fromEntries(withHelm.map((step) => [step.id, gapsOf(step, recording)])),
    excludedFromWorld: [...excludedFromWorld, ...excludedFromEnds],
  };
  const file = resolve(out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${result.passed} passed, ${failures.length} failed\n`);
  return failures.length === 0 && points > 0 ? 0 : 1;
}
