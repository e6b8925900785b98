import { isCreated } from '../adapters/kube/is-created.js';
import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Container, KubeObject, PersistentVolumeClaim } from '../model/kube-object.js';
import { type DataVolume, privateName, type ServerImage } from '../model/private-server.js';
import { type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { madeBy } from './objects/made-by.js';
import { coreRef, type NamespacedName } from './objects/namespaced-name.js';
import { readVolume } from './objects/rebind-volume.js';
import { until } from './objects/until.js';
import { cloneScript } from './private-server/clone-script.js';
import { containerSecurity, dataMount } from './private-server/data-pod.js';
import { makeOwn, removeOwn } from './private-server/own-objects.js';
import { requireUnused } from './private-server/require-alone.js';
import { endVolumeJob, runVolumeJob, type VolumeJob } from './private-server/volume-job.js';
import { claimManifest } from './release/claim-manifest.js';

export interface CloneVolumeInput extends ServerImage {
  /** What is read: nobody runs on it. */
  readonly claim: NamespacedName;
  readonly user: DataVolume['user'];
  /** The claim to be made, with a volume of its own. */
  readonly to: NamespacedName;
  /** The release that shall own it. */
  readonly release?: ReleaseRef;
  /** The step that gives the claim its volume, and before which `to` may be another one's name. */
  readonly claimedBy?: string;
  readonly withinSeconds: number;
}

export type CloneVolumeUndo = Pick<CloneVolumeInput, 'to' | 'withinSeconds'>;

export interface ClonedVolume {
  readonly files: number;
  readonly bytes: number;
}

const refOf = (name: NamespacedName) => coreRef('PersistentVolumeClaim', name);
const source = 'source';
const permit = 'permit';

/** Of one run: a Job that a stalled worker makes after its run has ended finds none under its own, and its pod never starts. */
const permitOf = ({ run }: Pick<Act, 'run'>): string => `run-${run}`;
const permitRef = (to: NamespacedName) => coreRef('ConfigMap', { namespace: to.namespace, name: `${privateName(to)}-clone` });

const containerOf = (image: string): Container => ({
  name: 'clone',
  image,
  imagePullPolicy: 'IfNotPresent',
  command: ['sh', '-c', cloneScript],
  env: [
    { name: 'FROM', value: '/source' },
    { name: 'VOLUME', value: dataMount.mountPath },
  ],
  resources: { requests: { cpu: '200m', memory: '64Mi' }, limits: { memory: '512Mi' } },
  securityContext: containerSecurity,
  volumeMounts: [dataMount, { name: source, mountPath: '/source', readOnly: true }],
});

/** By name and volume: what of a Job its end needs. */
const jobOf = (to: NamespacedName) => ({ volume: { claim: to, data: '.', major: 0, user: { uid: 1, gid: 1 } }, task: 'clone' });

function cloneJob({ claim, to, user, image, pullSecrets, withinSeconds }: CloneVolumeInput, act: Act): VolumeJob {
  const job = jobOf(to);
  const volumes = [
    { name: source, persistentVolumeClaim: { claimName: claim.name, readOnly: true } },
    { name: permit, configMap: { name: permitRef(to).name, items: [{ key: permitOf(act), path: permit }] } },
  ];
  return { ...job, volume: { ...job.volume, user }, container: containerOf(image), volumes, withinSeconds, ...(pullSecrets && { pullSecrets }) };
}

/** A volume with the same files, byte by byte, on any storage: for what changes them where the old ones are the way back. */
export function cloneVolume({ kube }: Pick<Adapters, 'kube'>) {
  const read = (name: NamespacedName) => kube.get<PersistentVolumeClaim>(refOf(name));

  /** As large as the one that is read, of its class, and not bound yet. */
  async function wanted({ claim, to, release }: CloneVolumeInput): Promise<PersistentVolumeClaim> {
    const former = await read(claim);
    if (!former) throw failure('NotFound', `${showRef(refOf(claim))} is not there`);
    const { spec, ...manifest } = claimManifest(former, await readVolume(kube, former.spec.volumeName ?? ''), to, release);
    const { volumeName: _, ...unbound } = spec;
    return { ...manifest, spec: unbound };
  }

  return {
    /** What is read is bound, and nothing stands under the new name; of what an earlier step makes of them nothing can be known. */
    async checkCloneVolume({ claim, to, claimedBy }: CloneVolumeInput): Promise<readonly string[]> {
      if (claimedBy !== undefined) return [];
      const [found, taken] = await Promise.all([read(claim), read(to)]);
      return [
        ...(found?.status?.phase === 'Bound' ? [] : [`${showRef(refOf(claim))} is ${found ? 'bound to no volume' : 'not there'}`]),
        ...(taken ? [`${showRef(refOf(to))} is already there`] : []),
      ];
    },

    /** Names the claim that is to be made. Changes nothing. */
    async captureCloneVolume({ to, withinSeconds }: CloneVolumeInput): Promise<CloneVolumeUndo> {
      return { to, withinSeconds };
    },

    /**
     * Makes the claim, copies every file, and reads both sides once more. A worker's death does not end it, a pod's begins it anew. SourceAwake where somebody runs on
     * what is read, VolumeUnfit where the new volume is not empty, NoSpace. Safe to repeat.
     */
    async cloneVolume(input: CloneVolumeInput, act: Act): Promise<ClonedVolume> {
      const { claim, to } = input;
      await requireUnused(kube, claim, act);
      await makeOwn(
        kube,
        { ...permitRef(to), metadata: { namespace: to.namespace, name: permitRef(to).name }, data: { [permitOf(act)]: '' } } as KubeObject,
        act,
      );
      const made = await isCreated(kube.writeAs(act).create(await wanted(input)));
      const there = await read(to);
      if (!made && there && !madeBy(there, act)) throw failure('AlreadyExists', `${showRef(refOf(to))} is there and is not of this run`);
      const cloned = await runVolumeJob<ClonedVolume>(kube, cloneJob(input, act), act);
      await removeOwn(kube, permitRef(to), act);
      return cloned;
    },

    /** Deletes the clone, and waits until it is gone: its name may be another's. Safe to repeat, and safe if cloneVolume never ran. */
    async undoCloneVolume({ to, withinSeconds }: CloneVolumeUndo, act: Act): Promise<void> {
      await removeOwn(kube, permitRef(to), act);
      await endVolumeJob(kube, { ...jobOf(to), withinSeconds }, act);
      const clone = await read(to);
      if (!clone || !madeBy(clone, act)) return;
      const { uid = '' } = clone.metadata;
      if (!clone.metadata.deletionTimestamp) await kube.writeAs(act).remove(refOf(to), { uid });
      await until(withinSeconds, `${showRef(refOf(to))} to be gone`, async () =>
        (await read(to))?.metadata.uid === uid ? { notYet: 'its last pod keeps it' } : 'yes',
      );
    },
  };
}
