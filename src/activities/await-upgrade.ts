import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Workload } from '../model/kube-object.js';
import { type ReleaseRef, showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { until } from './objects/until.js';

export interface AwaitUpgradeInput {
  readonly release: ReleaseRef;
  readonly chartVersion: string;
  /** Of the release when the run began: what helm deploys of another chart after it brings the old writers back, whose rows no dump has. */
  readonly since?: number;
  /** What goes with the old chart. */
  readonly gone: WorkloadRef;
  /** What comes with the new one: it serves once a replica is ready. */
  readonly there: WorkloadRef;
  readonly withinSeconds: number;
}

export interface AwaitUpgradeUndo {
  readonly release: ReleaseRef;
  readonly gone: WorkloadRef;
  /** Of the release as it was deployed before. */
  readonly revision?: number;
}

/** Helm's rollback is a person's: it takes as long as a look at a run. */
const backSeconds = 60;

/** Guide 003: between its two hooks helm itself upgrades the release. The run writes nothing here, and helm's lock is helm's own. */
export function awaitUpgrade({ kube, helm }: Pick<Adapters, 'kube' | 'helm'>) {
  async function missing({ release, chartVersion, gone, there }: AwaitUpgradeInput): Promise<readonly string[]> {
    const [latest, old, next] = await Promise.all([helm.latest(release), kube.get<Workload>(gone), kube.get<Workload>(there)]);
    return [
      ...(latest?.chartVersion === chartVersion
        ? []
        : [`release ${release.namespace}/${release.name} is ${latest?.chartVersion ?? 'gone'}, not ${chartVersion}`]),
      ...(old ? [`${showRef(gone)} is still there`] : []),
      ...((next?.status?.readyReplicas ?? 0) > 0 ? [] : [`${showRef(there)} has no ready replica`]),
    ];
  }

  async function refuseStale({ release, chartVersion, since }: AwaitUpgradeInput): Promise<void> {
    const { namespace, name } = release;
    const back = (await helm.history(release)).findLast((each) => since !== undefined && each.revision > since && each.chartVersion !== chartVersion);
    if (!back) return;
    const whose = `revision ${back.revision} of release ${namespace}/${name} went back to ${back.chart} ${back.chartVersion} since this run began`;
    throw failure('SourceChanged', `${whose}: what was written then is in no dump. Take helm back to it and then this run (rehelm rollback), and begin anew`);
  }

  return {
    /** Its own helm waits for us, so that nobody else upgrades the release meanwhile. */
    async checkAwaitUpgrade({ release }: AwaitUpgradeInput): Promise<readonly string[]> {
      const latest = await helm.latest(release);
      return latest?.status === 'pending-upgrade'
        ? []
        : [`no helm upgrade of release ${release.namespace}/${release.name} waits: it is ${latest?.status ?? 'not there'}`];
    },

    /** Reads what was deployed before. Changes nothing. */
    async captureAwaitUpgrade({ release, gone }: AwaitUpgradeInput): Promise<AwaitUpgradeUndo> {
      const revision = (await helm.history(release)).findLast(({ status }) => status === 'deployed')?.revision;
      return { release, gone, ...(revision !== undefined && { revision }) };
    },

    /** TimedOut with what helm has not brought or not taken away. SourceChanged where helm has been taken back since the run began. */
    async awaitUpgrade(input: AwaitUpgradeInput, _act: Act): Promise<void> {
      await refuseStale(input);
      await until(input.withinSeconds, `helm to bring ${input.chartVersion}`, async () => {
        const left = await missing(input);
        return left.length === 0 ? 'yes' : { notYet: left.join('; ') };
      });
    },

    /** The run has changed nothing; what helm did, helm takes back. TimedOut with the command where it has not. */
    async undoAwaitUpgrade({ release: { namespace, name }, gone, revision }: AwaitUpgradeUndo, _act: Act): Promise<void> {
      await until(backSeconds, 'helm to take the upgrade back', async () =>
        (await kube.get(gone))
          ? 'yes'
          : { notYet: `${showRef(gone)}: run helm rollback ${name}${revision === undefined ? '' : ` ${revision}`} -n ${namespace}, then retry` },
      );
    },
  };
}
