import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatorLate } from '../../../src/judge/judge.js';
import type { DrillResult } from '../../../src/model/drill.js';
import type { Report } from '../../../src/model/report.js';
import { type Place, rehelm } from '../story/tools.js';
import type { Exercise } from './spec.js';

export interface DrillRun {
  readonly seconds: number;
  readonly run: string;
  readonly result: DrillResult;
}

/** One drill from its spec to its report, by the command line. A drill that has no result throws with what was said. */
export async function runDrill(place: Place, exercise: Exercise, folder: string): Promise<DrillRun> {
  const started = Date.now();
  const said = await startDrill(place, exercise, folder);
  const seconds = Math.round((Date.now() - started) / 1000);
  // By its own id: of a run that was refused, an older one of the name would be shown.
  const run = runIn(said) ?? workflowOf(exercise);
  const shown = await rehelm(place, ['status', run, '-o', 'json'], { mayFail: true });
  const report = shown.exitCode === 0 ? (JSON.parse(shown.stdout) as Report) : undefined;
  const result = report?.steps.find(({ step }) => step === 'driveDrill')?.result as DrillResult | undefined;
  if (!report || !result) throw new Error(`${exercise.name} has no result:\n${`${said}\n${shown.stderr}`.trim().split('\n').slice(-15).join('\n')}`);
  return { seconds, run: report.run, result };
}

const mostAttempts = 3;

/**
 * Runs a drill again where its load generator was late, at most twice: its host had given the machine to others, and whatever else went wrong meanwhile says
 * nothing of the target. What is the target's own comes again in the next. `disturbed` tells how late it was in those that do not count, in milliseconds.
 */
export async function runUndisturbed(
  run: () => Promise<DrillRun>,
  tell: (line: string) => void,
): Promise<DrillRun & { readonly disturbed: readonly number[] }> {
  const disturbed: number[] = [];
  for (;;) {
    const drill = await run();
    const { verdict, reasons, latenessMs } = drill.result;
    const late = verdict === 'inconclusive' ? reasons.find((reason) => reason.startsWith(generatorLate)) : undefined;
    if (late === undefined || disturbed.length + 1 === mostAttempts) return { ...drill, disturbed };
    tell(`run again: ${late}`);
    disturbed.push(latenessMs);
  }
}

/** Starts it and follows it to its end, whatever that is; answers all that was said. */
export async function startDrill(place: Place, { name, spec }: Exercise, folder: string): Promise<string> {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, JSON.stringify(spec));
  const { stdout, stderr } = await rehelm(place, ['run', '-f', file, '--yes'], { mayFail: true });
  return `${stdout}\n${stderr}`;
}

/** The id of the run that was started, by what was said. */
export const runIn = (said: string): string | undefined => /^started \S+ {2}run (\S+)$/m.exec(said)?.[1];

export const workflowOf = ({ namespace, name }: Exercise): string => `drill/${namespace}/${name}`;
