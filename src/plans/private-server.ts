import type { DataVolume, ServeMode, ServerImage, WayBack } from '../model/private-server.js';
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

/** What an upgrade of the directory itself would take, in place of a copy. */
export interface UpgradeWish extends PrivateServerWish {
  readonly to: { readonly major: number; readonly data: string; readonly binaries?: string };
  /** The image that has the programs of both versions. */
  readonly upgradeImage?: string;
  readonly wayBack?: WayBack;
  /** An earlier step makes the way back. */
  readonly wayBackStep?: string;
  /** The target's, where they are known: pg_upgrade carries neither over to another. */
  readonly target?: { readonly encoding?: string; readonly checksums?: boolean };
  readonly source?: { readonly encoding?: string; readonly checksums?: boolean };
}

/** Steps, or why there are none: a copy is always possible, an upgrade in place is the faster way where these hold. */
export type UpgradeOffer = { readonly steps: readonly TypedStep[]; readonly reason: string } | { readonly not: readonly string[] };

/** An alternative to the copy: minutes at any size, on the very volume. */
export function upgradeInPlace(wish: UpgradeWish): UpgradeOffer {
  const { claim, data, major, user, binaries, pullSecrets, volume, workloads, to, upgradeImage, wayBack, wayBackStep } = wish;
  const not = whyNot(wish);
  if (not.length > 0 || upgradeImage === undefined || wayBack === undefined) return { not };
  const ofImage: ServerImage = { image: upgradeImage, ...(binaries !== undefined && { binaries }), ...(pullSecrets && { pullSecrets }) };
  const input = {
    claim,
    data,
    major,
    user,
    ...ofImage,
    to,
    wayBack,
    workloads,
    withinSeconds: upgradeSeconds,
    ...(wayBackStep !== undefined && { wayBackStep }),
  };
  return {
    steps: [
      { id: `retain/${volume}`, step: 'retainVolume', title: `Keep volume ${volume} whatever becomes of its claim`, input: { volume } },
      {
        id: `upgrade/${claim.name}`,
        step: 'upgradeInPlace',
        title: `Upgrade the directory on claim ${claim.name} from PostgreSQL ${major} to ${to.major}, by links`,
        input,
        changeable: ['image', 'binaries', 'user', 'data', 'to', 'withinSeconds'],
        withinSeconds: upgradeSeconds,
      },
    ],
    reason: `pg_upgrade --link takes as long as the definitions do, whatever the size. Statistics are made anew (before 18), postgresql.conf and ALTER SYSTEM stay behind, and indexes over text want a REINDEX where the image brings another C library.`,
  };
}

const upgradeSeconds = 3600;

function whyNot({ major, to, upgradeImage, wayBack, source, target }: UpgradeWish): readonly string[] {
  const differs = (what: 'encoding' | 'checksums') => source?.[what] !== undefined && target?.[what] !== undefined && source[what] !== target[what];
  return [
    ...(to.major > major ? [] : [`PostgreSQL ${to.major} is no newer than ${major}`]),
    ...(upgradeImage === undefined ? [`no image with the programs of both ${major} and ${to.major} is named`] : []),
    ...(wayBack === undefined ? ['there is no snapshot or clone to come back to'] : []),
    ...(differs('encoding') ? [`the target wants encoding ${target?.encoding}, and the source has ${source?.encoding}`] : []),
    ...(differs('checksums')
      ? [`the target wants page checksums ${target?.checksums ? 'on' : 'off'}, and the source has them ${source?.checksums ? 'on' : 'off'}`]
      : []),
  ];
}
