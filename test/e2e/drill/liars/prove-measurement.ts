import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../story/tools.js';
import { drillProxied, installProxied, removeProxied } from './lab-drill.js';
import { type Measured, runTrials } from './trials.js';

export interface MeasurementOptions {
  readonly out: string;
  readonly tell: (line: string) => void;
  /** Names of trials to run, such as `liar-duplicate` or `down-silent`; all if absent. */
  readonly only?: string;
}

/** Drills a database that lies and one that is away for a known time, on a lab with four nodes and a worker. After each drill all that is known is in OUT/liars.json. */
export async function proveMeasurement(place: Place, { out, tell, only }: MeasurementOptions): Promise<Measured> {
  mkdirSync(out, { recursive: true });
  await installProxied(place);
  tell('primary, replica and their proxies are there');
  const write = (measured: Measured) => writeFileSync(join(out, 'liars.json'), `${JSON.stringify(measured, null, 2)}\n`);
  const measured = await runTrials({ drill: drillProxied(place, out), tell, write, ...(only !== undefined && { only }) });
  await removeProxied(place);
  return measured;
}
