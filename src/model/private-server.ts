import { cutName } from './cut-name.js';
import type { PostgresServerRef } from './database-refs.js';

/**
 * standby: in recovery, so that every write fails for every role. closed: an ordinary server that nobody but the copier reaches, for what a start in recovery
 * would empty.
 */
export type ServeMode = 'standby' | 'closed';

/** What the program that stands in the volume is told. Holds no secret. */
export interface DataOrder {
  readonly act: 'hold' | 'release';
  /** Absolute path of the data directory. */
  readonly data: string;
  readonly run: string;
  /** As the directory's PG_VERSION says. */
  readonly major: number;
  readonly mode: ServeMode;
}

export interface HeldData {
  /** False: its server was killed, and the next one replays its log before it serves. */
  readonly wasShutDown: boolean;
}

export interface ReleasedData {
  /** False: this run had not touched it, or has put it back before. */
  readonly released: boolean;
}

export type DataResult = HeldData | ReleasedData | UpgradeResult;

/** A claim with a data directory on it, as pods of ours mount it. */
export interface DataVolume {
  readonly claim: { readonly namespace: string; readonly name: string };
  /** The data directory within the volume, such as `data` or `pgdata`; `.` where it is the whole volume. */
  readonly data: string;
  readonly major: number;
  /** To whom the files belong. */
  readonly user: { readonly uid: number; readonly gid: number };
}

/** The image that brings the server's programs. */
export interface ServerImage {
  readonly image: string;
  /** Where the programs are; looked for on the image's PATH and where Debian has them besides. */
  readonly binaries?: string;
  /** Names of Secrets beside the claim. */
  readonly pullSecrets?: readonly string[];
}

const maxName = 50;

/** Of everything that is made around a claim: one volume has one server, so that a second one is stopped by the name alone. */
export const privateName = ({ name }: DataVolume['claim']): string => cutName(`rehelm-private-${name}`, maxName);

/** The server that `step` starts over a claim, for the steps after it. */
export function privateServer({ namespace, name }: DataVolume['claim'], step: string): PostgresServerRef {
  const made = privateName({ namespace, name });
  return { engine: 'postgresql', host: `${made}.${namespace}.svc`, port: 5432, admin: { secretRef: { namespace, name: made } }, servedBy: { step } };
}

/** What an upgrade in place can be taken back to once the new server has been started: the claim that this one was cloned from, or a VolumeSnapshot of it. */
export type WayBack =
  | { readonly claim: { readonly namespace: string; readonly name: string } }
  | { readonly volumeSnapshot: { readonly namespace: string; readonly name: string } };

/** A directory that becomes one of a newer version. */
export interface Upgrade extends DataVolume, ServerImage {
  readonly to: {
    readonly major: number;
    /** Where the new server looks for its directory; may be where the old one is. */
    readonly data: string;
    readonly binaries?: string;
  };
  readonly wayBack: WayBack;
}

/** What a Job that has to do with it is told. */
export interface UpgradeWithin extends Upgrade {
  readonly withinSeconds: number;
}

/** Where the upgrade of a directory stands. */
export interface UpgradeResult {
  /** untouched, reverted: the old directory is as it was. spoilt: no server starts on it any more, as it is no more what it was. dropped: it is gone. */
  readonly phase: 'done' | 'untouched' | 'reverted' | 'spoilt' | 'dropped';
}
