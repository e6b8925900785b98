import type { Moved } from '../../adapters/postgres/session.js';

/** Rows between two keys, compared column by column: from the first on, below the second; open at either end. Bounds are texts of the columns' types. */
export interface KeyPart {
  readonly by: 'key';
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly from?: readonly string[];
  readonly below?: readonly string[];
}

/** Which rows of a table one unit takes. */
export type Part =
  | { readonly by: 'all' }
  /** Blocks of the heap: from the first on, below the second; open at either end. PostgreSQL 14 and later finds them without reading the others. */
  | { readonly by: 'blocks'; readonly from?: number; readonly below?: number }
  | KeyPart
  /** Of an extension's own table what users wrote: its condition. */
  | { readonly by: 'condition'; readonly condition: string };

/** Rows of a table, copied as one, with one marker. */
export interface TableUnit {
  readonly kind: 'table';
  /** `table/<schema>.<table>/<number>`. */
  readonly id: string;
  readonly estimatedBytes: number;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** Every column's type has one wire form in every version: half the work of text. */
  readonly binary: boolean;
  readonly part: Part;
}

/** Large objects by their numbers: the first and the last. */
export interface LargeObjectsUnit {
  readonly kind: 'largeObjects';
  readonly id: string;
  readonly estimatedBytes: number;
  readonly from: number;
  readonly to: number;
}

export type Unit = TableUnit | LargeObjectsUnit;

export interface UnitDone {
  readonly rows: number;
  /** As they went over the wire. */
  readonly bytes: number;
}

/** With what its marker says, once it is there. */
export type KnownUnit = Unit & { readonly done?: UnitDone & { readonly podUid: string } };

/** Takes what the one COPY says into the other. */
export type Pipe = (texts: { readonly out: string; readonly in: string }) => Promise<Moved>;
