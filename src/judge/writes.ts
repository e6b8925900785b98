import type { LedgerRecord } from '../model/drill.js';

/** After this time a write is late; a percentile beyond it is printed as "≥ 1 s". Milliseconds. */
export const lateMs = 1000;

/** What became of one write. Moments are milliseconds on the driver's clock. */
export interface Write {
  readonly id: number;
  readonly due: number;
  readonly sent: number;
  readonly ack?: { readonly at: number; readonly server?: string; readonly timeline?: number };
  /** How it ended otherwise; a write without an end is unknown. */
  readonly ended?: 'unsent' | 'failed' | 'unknown';
  /** When the driver saw that: the moment from which a user would have known. */
  readonly endedAt?: number;
}

type Entry = { -readonly [K in keyof Write]: Write[K] };

/** Every write that the ledger knows, in the order in which they were due. An acknowledgement counts whenever it came. */
export function writesOf(records: readonly LedgerRecord[]): readonly Write[] {
  const writes = new Map<number, Entry>();
  for (const record of records) {
    if (record.type === 'intent') writes.set(record.id, { id: record.id, due: record.due, sent: record.at });
    const write = 'id' in record ? writes.get(record.id) : undefined;
    if (write) note(write, record);
  }
  return [...writes.values()];
}

function note(write: Entry, record: LedgerRecord): void {
  if (record.type === 'ack') {
    const { at, server, timeline } = record;
    write.ack = { at, ...(server !== undefined && { server }), ...(timeline !== undefined && { timeline }) };
  }
  if (record.type === 'unsent' || record.type === 'failed' || record.type === 'unknown') {
    write.ended = record.type;
    write.endedAt = record.at;
  }
}

/** How long a user waited, in milliseconds; `lateMs` for everything that was not acknowledged in time. */
export const latencyOf = ({ due, ack }: Write): number => (ack ? Math.min(ack.at - due, lateMs) : lateMs);

export const isInTime = (write: Write): boolean => latencyOf(write) < lateMs;

/** Nearest rank; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
