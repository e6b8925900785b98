import type { DataVolume, ServeMode, ServerImage } from '../model/private-server.js';
import type { WorkloadRef } from '../model/refs.js';
import type { TypedStep } from './step.js';

/** A stopped server's volume, and what it takes to serve it. */
export interface PrivateServerWish extends DataVolume, ServerImage {
  /** Name of the PersistentVolume that the claim is bound to. */
  readonly volume: string;
  /** Whose data these are; an earlier step stops them. */
  readonly workloads: readonly WorkloadRef[];
  /** Default `postgres`. */
  readonly superuser?: string;
  /** Unlogged relations that the inspection found: a start in recovery would empty them. */
  readonly unlogged?: boolean;
}

const startSeconds = 900;

export const serveId = ({ claim }: Pick<DataVolume, 'claim'>): string => `serve/${claim.name}`;

/** For what reads the old data where the old server cannot run beside the new one: once its owners are stopped, its volume is kept and served by our own. */
export function servePrivately(wish: PrivateServerWish): { readonly steps: readonly TypedStep[]; readonly notes: readonly string[] } {
  const { claim, data, major, user, image, binaries, pullSecrets, volume, workloads, superuser = 'postgres', unlogged = false } = wish;
  const mode: ServeMode = unlogged ? 'closed' : 'standby';
  const ofImage: ServerImage = { image, ...(binaries !== undefined && { binaries }), ...(pullSecrets && { pullSecrets }) };
  const steps: readonly TypedStep[] = [
    { id: `retain/${volume}`, step: 'retainVolume', title: `Keep volume ${volume} whatever becomes of its claim`, input: { volume } },
    {
      id: serveId(wish),
      step: 'servePrivately',
      title: `Serve the data of claim ${claim.name} to the copier alone${mode === 'standby' ? ', in recovery' : ''}`,
      input: { claim, data, major, user, ...ofImage, mode, superuser, workloads, withinSeconds: startSeconds },
      changeable: ['image', 'binaries', 'user', 'data', 'superuser', 'withinSeconds'],
      withinSeconds: startSeconds,
    },
  ];
  return { steps, notes: [noteOf(mode, claim.name)] };
}

const noteOf = (mode: ServeMode, claim: string): string =>
  mode === 'standby'
    ? `The data of claim ${claim} are read from a server of the run's own, in recovery: no role can write to it, superusers included. Where the old server was killed, it replays its log first.`
    : `The data of claim ${claim} hold unlogged tables, which a start in recovery would empty: the run's own server is an ordinary one that nobody but the copier reaches.`;
