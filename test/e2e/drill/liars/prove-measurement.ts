import type { Scene } from '../scene.js';
import { drillProxied, installProxied, removeProxied } from './lab-drill.js';
import { hasTrials, type Measured, missesIn, runTrials } from './trials.js';

/**
 * Drills a database that lies, one that is honest, and one that is away for a known time: what is tried is the drill's own measurement. On a lab with four nodes and a worker.
 * `only`: trials by name. Keeps `liars` and `accuracy` after each drill; nothing where no trial has such a name.
 */
export async function proveMeasurement(
  { place, out, tell, keep, miss }: Pick<Scene, 'place' | 'out' | 'tell' | 'keep' | 'miss'>,
  only?: string,
): Promise<void> {
  if (!hasTrials(only)) return;
  await installProxied(place);
  tell('primary, replica and their proxies are there');
  const write = ({ liars, accuracy }: Measured): void => {
    keep('liars', liars);
    keep('accuracy', accuracy);
  };
  const measured = await runTrials({ drill: drillProxied(place, out), tell, write, ...(only !== undefined && { only }) });
  for (const what of missesIn(measured)) miss(what);
  await removeProxied(place);
}
