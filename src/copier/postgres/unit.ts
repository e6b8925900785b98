import type { Moved } from '../../adapters/postgres/session.js';

/** Which rows of a table one unit takes. */
export type Part =
  | { readonly by: 'all' }
  /** Blocks of the heap: from the first on, below the second; open at either end. PostgreSQL 14 and later finds them without reading the others. */
  | { readonly by: 'blocks'; readonly from?: number; readonly below?: number }
  /** Texts of the key's type: from the first on, below the second. */
  | { readonly by: 'key'; readonly column: string; readonly type: string; readonly from?: string; readonly below?: string }
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
