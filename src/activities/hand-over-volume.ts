import { failure, isFailure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PersistentVolumeClaim } from '../model/kube-object.js';
import { type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { madeBy } from './objects/made-by.js';
import { coreRef, type NamespacedName } from './objects/namespaced-name.js';
import { hasEnded, podsOfClaim } from './objects/pods-of-claim.js';
import { readVolume, rebindVolume } from './objects/rebind-volume.js';
import { claimManifest, formerClaimManifest } from './release/claim-manifest.js';

export interface HandOverVolumeInput {
  readonly claim: NamespacedName;
  /** Name of the PersistentVolume that the claim is bound to. */
  readonly volume: string;
  /** The claim to be made for it. */
  readonly to: NamespacedName;
  /** The release that shall own the new claim. */
  readonly release?: ReleaseRef;
  /** How long pods and attachments may take to end, and the claims to go and to bind, all together, in seconds. */
  readonly withinSeconds: number;
}

export interface HandOverVolumeUndo {
  /** The claim as it was, whole. */
  readonly claim: PersistentVolumeClaim;
  readonly volume: string;
  readonly to: NamespacedName;
  readonly withinSeconds: number;
}

const refOf = (name: NamespacedName) => coreRef('PersistentVolumeClaim', name);
const show = (name: NamespacedName): string => showRef(refOf(name));

/** Guide, "Migrate Persistent Volumes": the new claim gets the old one's volume. No byte is copied; volume and data are not touched. */
export function handOverVolume({ kube, journal }: Pick<Adapters, 'kube' | 'journal'>) {
  const read = (name: NamespacedName) => kube.get<PersistentVolumeClaim>(refOf(name));

  /** What this step wrote down before it began: once the claim is deleted, it is nowhere else. */
  async function capturedOf(act: Act): Promise<HandOverVolumeUndo> {
    const entry = await journal.find(act.run, act.step);
    if (!entry) throw failure('NotFound', `the journal entry of ${act.step} in run ${act.run} is gone`);
    return entry.captured as HandOverVolumeUndo;
  }

  async function createUnlessThere(claim: PersistentVolumeClaim, act: Act, options?: { readonly labelled: false }): Promise<void> {
    const { namespace = '', name } = claim.metadata;
    if (await read({ namespace, name })) return;
    await kube.writeAs(act).create(claim, options);
  }

  /** In an undo an edit gives an object a new resourceVersion even where it changes nothing: a stalled attempt of the step can no longer delete it. */
  async function shutOutDeletion(old: NamespacedName, act: Act): Promise<void> {
    await kube
      .writeAs(act)
      .edit(refOf(old), () => undefined)
      .catch((error: unknown) => {
        if (!isFailure(error, 'NotFound')) throw error;
      });
  }

  /** The uid of the new claim, where this step made it. Somebody else's is left alone, and in the way only where it has got the volume. */
  async function uidToTakeBack({ claim, volume, to }: HandOverVolumeUndo, act: Act): Promise<string | undefined> {
    const { namespace = '', name } = claim.metadata;
    const [found, target] = await Promise.all([read({ namespace, name }), read(to)]);
    if (found && found.spec.volumeName !== volume)
      throw failure('NotOurs', `${show({ namespace, name })} was made anew by somebody since, for another volume (${stateOf(found)})`);
    if (!target || madeBy(target, act)) return target?.metadata.uid;
    if (target.spec.volumeName === volume) throw failure('NotOurs', `${show(to)} has the volume and is not of this run (${stateOf(target)})`);
    return undefined;
  }

  return {
    /** The claim is bound to this volume, no ended pod keeps it, and nothing stands under the new name. */
    async checkHandOverVolume({ claim, volume, to }: HandOverVolumeInput): Promise<readonly string[]> {
      const [found, target] = await Promise.all([read(claim), read(to)]);
      const taken = target ? [`${show(to)} is already there`] : [];
      if (!found) return [`${show(claim)} is not there`, ...taken];
      const bound = found.status?.phase === 'Bound' && found.spec.volumeName === volume;
      // Scaling down takes the running ones away, and leaves these.
      const ended = (await podsOfClaim(kube, claim))
        .filter(hasEnded)
        .map(({ metadata }) => `Pod ${metadata.name} has ended and still keeps ${show(claim)}: delete it`);
      return [...(bound ? [] : [`${show(claim)} is not bound to PersistentVolume ${volume}: it is ${stateOf(found)}`]), ...ended, ...taken];
    },

    /** Reads the claim, whole. Changes nothing. NotOurs where volume and claim do not belong together. */
    async captureHandOverVolume({ claim, volume, to, withinSeconds }: HandOverVolumeInput): Promise<HandOverVolumeUndo> {
      const [found, { spec }] = await Promise.all([read(claim), readVolume(kube, volume)]);
      if (!found)
        throw failure(
          'NotFound',
          `${show(claim)} was deleted by somebody; PersistentVolume ${volume} is kept with its data (policy ${spec.persistentVolumeReclaimPolicy}), and a rollback makes the claim again`,
        );
      if (spec.claimRef?.uid !== found.metadata.uid) throw failure('NotOurs', `PersistentVolume ${volume} is not bound to ${show(claim)}`);
      return { claim: found, volume, to, withinSeconds };
    },

    /** Deletes the claim, reserves the volume and makes the new claim for it. Goes on from wherever an attempt ended. Safe to repeat. */
    async handOverVolume({ claim, volume, to, release, withinSeconds }: HandOverVolumeInput, act: Act): Promise<void> {
      const former = (await capturedOf(act)).claim;
      const [found, target] = await Promise.all([read(claim), read(to)]);
      if (target && !madeBy(target, act)) throw failure('AlreadyExists', `${show(to)} is there and is not of this run`);
      if (found && found.metadata.uid !== former.metadata.uid) throw failure('NotOurs', `${show(claim)} was deleted and made anew by somebody since`);
      const wanted = claimManifest(former, await readVolume(kube, volume), to, release);
      // A quota or a webhook that refuses the new claim shall do so while the old one is still there.
      if (!target) await kube.dryRunCreate(wanted);
      const volumes = rebindVolume(kube, act, { volume, from: claim, to, withinSeconds });
      await volumes.giveUp(former.metadata.uid ?? '');
      await volumes.reserve();
      await createUnlessThere(wanted, act);
      await volumes.untilBound();
    },

    /**
     * The same backwards: the volume goes back to a claim of the old name, with the labels and annotations of old; only its uid is new.
     * NotOurs where somebody made another claim of the old name, or one of the new name that has the volume. Safe to repeat, at every half-way point, and if handOverVolume never ran.
     */
    async undoHandOverVolume(captured: HandOverVolumeUndo, act: Act): Promise<void> {
      const { claim, volume, to, withinSeconds } = captured;
      const { namespace = '', name } = claim.metadata;
      const old = { namespace, name };
      await shutOutDeletion(old, act);
      const volumes = rebindVolume(kube, act, { volume, from: to, to: old, withinSeconds });
      // A claim that is on its way out cannot be called back: it is made anew.
      await volumes.untilDeleted(old);
      const made = await uidToTakeBack(captured, act);
      if (made !== undefined) await volumes.giveUp(made);
      await volumes.reserve();
      await createUnlessThere(formerClaimManifest(claim, await readVolume(kube, volume)), act, { labelled: false });
      await volumes.untilBound();
    },
  };
}

const stateOf = ({ spec, status }: PersistentVolumeClaim): string => `${status?.phase ?? 'Pending'}${spec.volumeName ? ` to ${spec.volumeName}` : ''}`;
