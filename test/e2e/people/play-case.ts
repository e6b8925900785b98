import type { Fingerprint } from '../../../examples/cognigy/seed/fingerprint.js';
import { differences, fingerprint, waitReady } from '../story/product.js';
import { rehelm } from '../story/tools.js';
import { runId } from '../story/watch.js';
import { snapshotWorld, type World, worldDifferences } from '../story/world.js';
import { type PeopleCase, type Scene, sourceHas, takeBack } from './scene.js';

export interface PlayedCase {
  readonly name: string;
  /** What rehelm said, or what was wrong about it. */
  readonly said: string;
  readonly end: string;
  /** Differences of the world and of the data to what they should be. */
  readonly lost: readonly string[];
  readonly passed: boolean;
}

interface Beginning {
  readonly world: World;
  readonly data: Fingerprint;
}

/** Where the writes of people go: the one collection in which source and beginning may differ. */
const service = 'service-analytics-collector';
const writtenCollection = /service-analytics-collector-provider.*\bitems\b/;

/** One case from the beginning to its end, and back to the beginning where it ended elsewhere. `lost` is empty where neither the world nor the data lack anything. */
export async function playCase(scene: Scene, { name, end, play }: PeopleCase): Promise<PlayedCase> {
  const beginning = await lookAround(scene);
  scene.tell(name);
  try {
    const { said, written = [], run = runId } = await play(scene);
    const reached = await phaseOf(scene, run);
    const moved = reached === 'Succeeded' ? await dataLost(scene, beginning, 'cognigy-ai') : [];
    if (reached === 'Succeeded') await takeBack(scene);
    const lost = [...moved, ...(await lostSince(scene, beginning, written))];
    return { name, said, end: reached, lost, passed: reached === end && lost.length === 0 };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    scene.tell(`  ${said.split('\n')[0]}`);
    const { stderr, exitCode } = await rehelm(scene.place, ['rollback', runId, '--reason', 'the case failed', '--accept-data-loss', '--wait', '8m'], {
      mayFail: true,
    });
    const lost = await lostSince(scene, beginning, [], true);
    return { name, said, end: exitCode === 0 ? 'RolledBack' : `not rolled back: ${stderr.trim().split('\n').at(-1)}`, lost, passed: false };
  }
}

async function lookAround({ place }: Scene): Promise<Beginning> {
  await waitReady(place, 'default');
  const data = await fingerprint(place, 'default', false);
  return { data, world: await snapshotWorld(place) };
}

async function phaseOf({ place }: Scene, run: string): Promise<string> {
  return JSON.parse((await rehelm(place, ['status', run, '-o', 'json'])).stdout).phase;
}

async function dataLost({ place }: Scene, { data }: Beginning, namespace: 'default' | 'cognigy-ai'): Promise<readonly string[]> {
  const renamed = namespace === 'cognigy-ai';
  return differences(data, await fingerprint(place, namespace, renamed), renamed);
}

/** After a rollback: the world as it began, the data with what people wrote to the source meanwhile. */
async function lostSince(scene: Scene, beginning: Beginning, written: readonly string[], mayHaveWritten = written.length > 0): Promise<readonly string[]> {
  const { place } = scene;
  await waitReady(place, 'default').catch(() => undefined);
  const world = worldDifferences(beginning.world, await snapshotWorld(place));
  const data = await dataLost(scene, beginning, 'default').catch((error: unknown) => [`the data cannot be read: ${error}`]);
  const here = await Promise.all(
    written.map(async (id) => ((await sourceHas(place, service, id)) ? [] : [`${id}, which a user wrote to ${service}, is gone`])),
  );
  return [...world, ...data.filter((each) => !(mayHaveWritten && writtenCollection.test(each))), ...here.flat()];
}
