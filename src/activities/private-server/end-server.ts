import type { Kube } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { DataVolume, ReleasedData } from '../../model/private-server.js';
import { untilNoPods } from '../objects/end-pods.js';
import { madeBy } from '../objects/made-by.js';
import { dataContainer, pathOf } from './data-pod.js';
import { privateRef, removeOwn } from './own-objects.js';
import { serverPods } from './server-pod.js';
import { runVolumeJob } from './volume-job.js';

/**
 * Ends a private server and puts back, byte by byte, every file of the directory that serving it wrote. Safe to repeat, at every half-way point, and where none
 * was started. `act` is that of the step that started it.
 */
export async function endServer(kube: Kube, copierImage: string, volume: DataVolume & { readonly withinSeconds: number }, act: Act): Promise<void> {
  const { data, major, withinSeconds } = volume;
  const service = await kube.get(privateRef('Service', volume));
  if (!service || !madeBy(service, act)) return;
  // First: a pod that a stalled attempt still makes cannot start without it.
  await removeOwn(kube, privateRef('Secret', volume), act);
  await removeOwn(kube, privateRef('StatefulSet', volume), act);
  await untilNoPods(kube, [serverPods(volume)], withinSeconds);
  const container = dataContainer('release', copierImage, { act: 'release', data: pathOf(data), run: act.run, major, mode: 'standby' });
  await runVolumeJob<ReleasedData>(kube, { volume, task: 'release', container, withinSeconds }, act);
  await removeOwn(kube, privateRef('NetworkPolicy', volume), act);
  await removeOwn(kube, privateRef('Service', volume), act);
}
