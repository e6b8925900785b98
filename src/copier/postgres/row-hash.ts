import type { PostgresSession } from '../../adapters/postgres/session.js';

/** Rows as a set: sums do not depend on their order, and unlike XOR they see a row that is there twice. */
export class RowHash {
  rows = 0;
  #first = 0n;
  #second = 0n;

  add(rows: number, first: bigint, second: bigint): void {
    this.rows += rows;
    this.#first += first;
    this.#second += second;
  }

  merge(other: RowHash): void {
    this.add(other.rows, other.#first, other.#second);
  }

  /** 128 bits, hex. */
  get hash(): string {
    return [this.#first, this.#second].map((sum) => BigInt.asUintN(64, sum).toString(16).padStart(16, '0')).join('');
  }
}

/** Rows as texts of which none is NULL, and where they come from. */
export interface HashedRows {
  readonly texts: readonly string[];
  /** From FROM on. */
  readonly from: string;
}

/** Each text is hashed with the hash of those before it as its seed. */
const chain = (columns: readonly string[], seed: number): string =>
  columns.reduce((before, column) => `hashtextextended(${column} COLLATE "C", ${before})`, String(seed));

/** Counts and hashes rows in the server. Two seeds of 64 bits each; OFFSET 0 keeps the texts from being made twice. */
export async function hashRows(session: PostgresSession, { texts, from }: HashedRows, into: RowHash): Promise<void> {
  const columns = texts.map((_, index) => `t${index}`);
  const sum = (seed: number) => `coalesce(sum(${chain(columns, seed)}), 0)::text`;
  const [sums] = await session.query<{ rows: string; first: string; second: string }>(
    `SELECT count(*) AS rows, ${sum(0)} AS first, ${sum(1)} AS second
     FROM (SELECT ${texts.map((text, index) => `${text} AS ${columns[index]}`).join(', ')} ${from} OFFSET 0) each`,
  );
  if (sums) into.add(Number(sums.rows), BigInt(sums.first), BigInt(sums.second));
}
