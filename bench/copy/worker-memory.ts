import { join } from 'node:path';
import { peakMiB } from '../../test/copier/support/peak.js';
import { placeOn } from '../../test/e2e/story/place.js';
import { postgresDatabase } from '../../test/kill/database.js';
import { openScene, type Scene } from '../../test/kill/scene.js';
import { copyUndisturbed } from '../../test/kill/series.js';
import { type Servers, startServers } from '../../test/kill/servers.js';

/** Of the worker's process from its start to the end of the run, in MiB: flat, whatever is copied. */
export interface WorkerMemory {
  readonly copiedMiB: number;
  readonly peakMiB: number;
}

/** A small copy and a large one as runs on a lab, each under a worker that has done nothing else. */
export async function workerMemory(lab: string, sizesMiB: readonly number[], tell: (line: string) => void): Promise<readonly WorkerMemory[]> {
  const { place } = await placeOn(lab);
  const servers = await startServers(place, 'postgres');
  const scene = await openScene(place, join(process.cwd(), 'out/bench/worker'));
  try {
    const measured: WorkerMemory[] = [];
    for (const wanted of sizesMiB) measured.push(await measure(scene, servers, wanted));
    tell(`worker: ${JSON.stringify(measured)}`);
    return measured;
  } finally {
    await scene.close();
  }
}

async function measure(scene: Scene, servers: Servers, wantedMiB: number): Promise<WorkerMemory> {
  const database = postgresDatabase(servers, wantedMiB);
  await database.seed();
  await scene.replaceWorker();
  const bytes = await copyUndisturbed({ scene, engine: 'postgres', database });
  return { copiedMiB: Math.round(bytes / 1024 ** 2), peakMiB: await peakMiB(scene.worker()) };
}
