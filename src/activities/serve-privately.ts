import { randomBytes } from 'node:crypto';
import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PostgresPing } from '../model/copier-postgres.js';
import type { PersistentVolumeClaim } from '../model/kube-object.js';
import { type DataVolume, privateServer, type ServeMode, type ServerImage } from '../model/private-server.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { resolvePostgres } from './copier/resolve-credentials.js';
import { madeBy } from './objects/made-by.js';
import { coreRef } from './objects/namespaced-name.js';
import { until } from './objects/until.js';
import { endServer } from './private-server/end-server.js';
import { makeOwn, privateRef } from './private-server/own-objects.js';
import { requireAlone } from './private-server/require-alone.js';
import { loginSecret, serverPolicy, serverService, serverSet } from './private-server/server-manifests.js';
import { lookAtServer, wasShutDown } from './private-server/server-pod.js';

export interface ServePrivatelyInput extends DataVolume, ServerImage {
  readonly mode: ServeMode;
  /** The role that the copier is. */
  readonly superuser: string;
  /** Whose data these are: none of them may run. */
  readonly workloads: readonly WorkloadRef[];
  /** The step that gives the claim its volume: before that there is no claim to look at. */
  readonly claimedBy?: string;
  readonly withinSeconds: number;
}

export interface ServePrivatelyUndo extends DataVolume {
  readonly withinSeconds: number;
}

export interface PrivateServer {
  /** As pods reach it. */
  readonly host: string;
  readonly version: string;
  /** Every write fails for every role. */
  readonly inRecovery: boolean;
  /** False: the last server before was killed, and this one has replayed its log first. */
  readonly wasShutDown: boolean;
}

/**
 * A server of our own over the volume of one that was stopped, which lets the copier in and nobody else, and in recovery takes no write from anybody: where
 * old and new server cannot run side by side, and where writes must be impossible rather than forbidden.
 */
export function servePrivately({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>, newPassword = () => randomBytes(24).toString('hex')) {
  async function ping({ claim, withinSeconds }: ServePrivatelyInput, act: Act): Promise<PostgresPing> {
    const at = await resolvePostgres(kube, privateServer(claim, act.step));
    return (await runCopier({ engine: 'postgresql', verb: 'ping', at }, act, { kube, settings }, { withinSeconds })).result;
  }

  return {
    /** The claim is bound, and nothing stands under the names of the server's objects. */
    async checkServePrivately({ claim, claimedBy }: ServePrivatelyInput, act: Act): Promise<readonly string[]> {
      if (claimedBy !== undefined) return [];
      const found = await kube.get<PersistentVolumeClaim>(coreRef('PersistentVolumeClaim', claim));
      if (!found) return [`claim ${claim.namespace}/${claim.name} is not there`];
      const service = privateRef('Service', { claim });
      const taken = await kube.get(service);
      const foreign = taken && !madeBy(taken, act) ? [`${showRef(service)} is there already: another run is at this volume`] : [];
      return [...(found.status?.phase === 'Bound' ? [] : [`claim ${claim.name} is bound to no volume`]), ...foreign];
    },

    /** Names the volume and who owns its files; what is touched in it is written down there, before it is touched. Changes nothing. */
    async captureServePrivately({ claim, data, major, user, withinSeconds }: ServePrivatelyInput): Promise<ServePrivatelyUndo> {
      return { claim, data, major, user, withinSeconds };
    },

    /** Starts it and asks it what it is. SourceAwake where anybody else uses the volume, VolumeUnfit where it cannot be served. Safe to repeat. */
    async servePrivately(input: ServePrivatelyInput, act: Act): Promise<PrivateServer> {
      const { claim, mode, superuser, withinSeconds } = input;
      await requireAlone(kube, input, act);
      await makeOwn(kube, serverService(input), act);
      await makeOwn(kube, serverPolicy(input), act);
      await makeOwn(kube, loginSecret(input, { username: superuser, password: newPassword() }), act);
      await makeOwn(kube, serverSet({ ...input, copierImage: settings.copierImage }, act), act);
      await until(withinSeconds, `the private server of claim ${claim.name}`, () => lookAtServer(kube, input, act));
      const { version, inRecovery } = await ping(input, act);
      if (mode === 'standby' && !inRecovery) throw failure('NotReady', `the private server of claim ${claim.name} is not in recovery`);
      await requireAlone(kube, input, act);
      return { host: privateServer(claim, act.step).host, version, inRecovery, wasShutDown: await wasShutDown(kube, input, act) };
    },

    /**
     * Ends the server and puts back, byte by byte, every file of the directory that serving it wrote, so that the old server starts as ever, on the same
     * timeline. Safe to repeat, at every half-way point, and if servePrivately never ran.
     */
    async undoServePrivately(volume: ServePrivatelyUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      await endServer(kube, settings.copierImage, volume, act);
    },
  };
}
