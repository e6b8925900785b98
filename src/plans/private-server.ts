import type { DataVolume, ServeMode, ServerImage, WayBack } from '../model/private-server.js';
import type { WorkloadRef } from '../model/refs.js';
import { retainId } from './former-policies.js';
import type { TypedStep } from './step.js';

/** A stopped server's volume, and what it takes to serve it. */
export interface PrivateServerWish extends DataVolume, ServerImage {
  /** Name of the PersistentVolume that the claim is bound to. */
  readonly volume: string;
  /** Whose data these are; an earlier step stops them. */
  readonly workloads: readonly WorkloadRef[];
  /** The step that gives the claim its volume, where there is no such claim before. */
  readonly claimedBy?: string;
  /** Default `postgres`. */
  readonly superuser?: string;
  /** Unlogged relations that the inspection found: a start in recovery would empty them. */
  readonly unlogged?: boolean;
}

type Said<T> = { readonly [K in keyof T]: T[K] | undefined };

/** As steps are told it: without what a spec leaves open. */
export const imageOf = ({ image, binaries, pullSecrets }: Pick<ServerImage, 'image'> & Said<ServerImage>): ServerImage => ({
  image,
  ...(binaries !== undefined && { binaries }),
  ...(pullSecrets && { pullSecrets }),
});

const startSeconds = 900;

export const serveId = ({ claim }: Pick<DataVolume, 'claim'>): string => `serve/${claim.name}`;

/** For what reads the old data where the old server cannot run beside the new one: once its owners are stopped, its volume is kept and served by our own. */
export function servePrivately(wish: PrivateServerWish): { readonly steps: readonly TypedStep[]; readonly notes: readonly string[] } {
  const { claim, data, major, user, volume, workloads, superuser = 'postgres', unlogged = false, claimedBy } = wish;
  const mode: ServeMode = unlogged ? 'closed' : 'standby';
  const steps: readonly TypedStep[] = [
    retain(volume),
    {
      id: serveId(wish),
      step: 'servePrivately',
      title: `Serve the data of claim ${claim.name} to the copier alone${mode === 'standby' ? ', in recovery' : ''}`,
      input: {
        claim,
        data,
        major,
        user,
        ...imageOf(wish),
        mode,
        superuser,
        workloads,
        ...(claimedBy !== undefined && { claimedBy }),
        withinSeconds: startSeconds,
      },
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

/** What an upgrade of the directory itself takes. */
export interface UpgradeWish extends Omit<PrivateServerWish, 'image' | 'superuser' | 'unlogged'> {
  readonly to: { readonly major: number; readonly data: string; readonly binaries?: string };
  /** Has the programs of both versions. */
  readonly image?: string;
  readonly wayBack?: WayBack;
}

/** Steps, or why there are none: a copy is always possible, an upgrade in place is the faster way where these hold. */
export type UpgradeOffer =
  | {
      readonly steps: readonly TypedStep[];
      /** For right before the commit. */
      readonly look: TypedStep;
      readonly reason: string;
    }
  | { readonly not: readonly string[] };

export const upgradeId = ({ claim }: Pick<DataVolume, 'claim'>): string => `upgrade/${claim.name}`;

const retain = (volume: string): TypedStep => ({
  id: retainId(volume),
  step: 'retainVolume',
  title: `Keep volume ${volume} whatever becomes of its claim`,
  input: { volume },
});

/** An alternative to the copy: minutes at any size, on the very volume. */
export function upgradeInPlace(wish: UpgradeWish): UpgradeOffer {
  const { claim, data, major, user, image, volume, workloads, to, wayBack, claimedBy } = wish;
  const not = whyNot(wish);
  if (not.length > 0 || image === undefined || wayBack === undefined) return { not };
  const where = { claim, data, major, user, ...imageOf({ ...wish, image }), to, wayBack };
  const upgrade: TypedStep = {
    id: upgradeId(wish),
    step: 'upgradeInPlace',
    title: `Upgrade the directory on claim ${claim.name} from PostgreSQL ${major} to ${to.major}, by links`,
    input: { ...where, workloads, withinSeconds: upgradeSeconds, ...(claimedBy !== undefined && { claimedBy }) },
    changeable: ['image', 'binaries', 'user', 'data', 'to', 'withinSeconds'],
    withinSeconds: upgradeSeconds,
  };
  const look: TypedStep = {
    id: `upgraded/${claim.name}`,
    step: 'verifyUpgraded',
    proves: true,
    title: `Nobody runs on claim ${claim.name}, and PostgreSQL ${to.major} was not started on it yet`,
    input: { ...where, workloads, withinSeconds: lookSeconds },
    changeable: ['image', 'binaries', 'user', 'data', 'to', 'withinSeconds'],
    withinSeconds: lookSeconds,
  };
  return {
    steps: [retain(volume), upgrade],
    look,
    reason: `pg_upgrade --link takes as long as the definitions do, whatever the size. Statistics are made anew (before 18), postgresql.conf and ALTER SYSTEM stay behind, and indexes over text want a REINDEX where the image brings another C library.`,
  };
}

const upgradeSeconds = 3600;
const lookSeconds = 600;

const whyNot = ({ major, to, image, wayBack }: UpgradeWish): readonly string[] => [
  ...(to.major > major ? [] : [`PostgreSQL ${to.major} is no newer than ${major}`]),
  ...(image === undefined ? [`no image with the programs of both ${major} and ${to.major} is named`] : []),
  ...(wayBack === undefined ? ['there is no snapshot or clone to come back to'] : []),
];
