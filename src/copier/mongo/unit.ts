import type { Document } from 'mongodb';

/** A part of a collection that is copied as one and has one marker. */
export interface Unit {
  /** `unit/<target database>/<collection>/<number>`. */
  readonly id: string;
  /** Where it goes. */
  readonly database: string;
  readonly collection: string;
  readonly number: number;
  readonly estimatedBytes: number;
  /** Which documents of the source; {} is all of them. */
  readonly filter: Document;
}

export interface UnitDone {
  readonly documents: number;
  readonly bytes: number;
  readonly hash: string;
}

export const unitId = (database: string, collection: string, number: number) => `unit/${database}/${collection}/${number}`;

/** With what its marker says, once it is there. */
export type KnownUnit = Unit & { readonly done?: UnitDone & { readonly podUid: string } };
