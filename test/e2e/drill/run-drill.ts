import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DrillResult } from '../../../src/model/drill.js';
import type { Report } from '../../../src/model/report.js';
import { type Place, rehelm } from '../story/tools.js';
import { type Cell, drillName, drillSpec } from './spec.js';
import { targets } from './targets.js';

export interface DrillRun {
  readonly seconds: number;
  readonly run: string;
  readonly result: DrillResult;
}

/** One drill from its spec to its report, by the command line. A drill that has no result throws with what was said. */
export async function runDrill(place: Place, cell: Cell, folder: string): Promise<DrillRun> {
  const file = join(folder, `${drillName(cell)}.json`);
  writeFileSync(file, JSON.stringify(drillSpec(cell)));
  const started = Date.now();
  const done = await rehelm(place, ['run', '-f', file, '--yes'], { mayFail: true });
  const seconds = Math.round((Date.now() - started) / 1000);
  const workflow = `drill/${targets[cell.target].namespace}/${drillName(cell)}`;
  // By its own id: of a run that was refused, an older one of the name would be shown.
  const run = /^started \S+ {2}run (\S+)$/m.exec(`${done.stdout}\n${done.stderr}`)?.[1] ?? workflow;
  const shown = await rehelm(place, ['status', run, '-o', 'json'], { mayFail: true });
  const report = shown.exitCode === 0 ? (JSON.parse(shown.stdout) as Report) : undefined;
  const result = report?.steps.find(({ step }) => step === 'driveDrill')?.result as DrillResult | undefined;
  if (!report || !result)
    throw new Error(`${workflow} has no result:\n${`${done.stdout}\n${done.stderr}\n${shown.stderr}`.trim().split('\n').slice(-15).join('\n')}`);
  return { seconds, run: report.run, result };
}
