import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchFolder } from '../../support/scratch-folder.js';
import { installTarget } from '../drill/install-target.js';
import { exerciseOf } from '../drill/spec.js';
import { targets } from '../drill/targets.js';
import type { Place } from '../story/tools.js';

/** What is run on the composed stack, from a spec alone. */
export interface Exercise {
  /** While this step is at work every service is killed once. */
  readonly killsDuring: string;
  /** Puts onto the lab what the run works on; answers the path of its spec. */
  prepare(place: Place, tell: (line: string) => void): Promise<string>;
}

/** Longer than it takes to kill every service and to see it well again, one after the other. */
const steadyFor = '150s';

/** A drill of the example's web server: its driver goes on whoever is killed. */
export const statelessDrill: Exercise = {
  killsDuring: 'driveDrill',
  async prepare(place, tell) {
    tell(`the web server is whole after ${(await installTarget(place, targets.stateless)).toFixed(1)} s`);
    const file = join(scratchFolder('compose'), 'drill.json');
    const load = { writers: 10, writesPerSecond: 120, steadyFor, settleFor: '5s' };
    const { spec } = exerciseOf({ target: 'stateless', fault: 'podDelete', profile: 'asConfigured' }, { more: { load } });
    writeFileSync(file, JSON.stringify(spec));
    return file;
  },
};
