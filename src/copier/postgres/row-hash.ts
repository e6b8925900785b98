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

/** Counts and hashes what `rows` selects as texts named `row`, in the server. Two seeds of 64 bits each; OFFSET 0 keeps the text from being made twice. */
export async function hashRows(session: PostgresSession, rows: string, into: RowHash): Promise<void> {
  const [sums] = await session.query<{ rows: string; first: string; second: string }>(
    `SELECT count(*) AS rows, coalesce(sum(hashtextextended(row COLLATE "C", 0)), 0)::text AS first, coalesce(sum(hashtextextended(row COLLATE "C", 1)), 0)::text AS second
     FROM (${rows} OFFSET 0) each`,
  );
  if (sums) into.add(Number(sums.rows), BigInt(sums.first), BigInt(sums.second));
}
