import { createHash } from 'node:crypto';
import { failure } from '../errors.js';
import type { LedgerRecord } from '../model/drill.js';

/** What the first line is chained to. */
const beginning = '';

const link = (before: string, body: string): string => createHash('sha256').update(before).update(body).digest('hex').slice(0, 16);

/** Makes the ledger's lines: each carries a hash over its record and the line before, so that none can be left out, added or altered unseen. */
export function chain(): (record: LedgerRecord) => string {
  let before = beginning;
  return (record) => {
    const body = JSON.stringify(record);
    before = link(before, body);
    return `${before} ${body}`;
  };
}

export interface ReadLedger {
  readonly records: readonly LedgerRecord[];
  /** Why the ledger proves nothing from a line on: broken in the middle, or cut off. */
  readonly broken?: string;
}

/** The records up to the first line that does not follow from the one before. */
export function readLedger(text: string): ReadLedger {
  const records: LedgerRecord[] = [];
  let before = beginning;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const [index, line] of lines.entries()) {
    const [hash, body] = [line.slice(0, 16), line.slice(17)];
    if (hash !== link(before, body)) return { records, broken: `line ${index + 1} of the ledger does not follow from the one before` };
    records.push(parse(body, index));
    before = hash;
  }
  return { records };
}

function parse(body: string, index: number): LedgerRecord {
  try {
    return JSON.parse(body) as LedgerRecord;
  } catch (cause) {
    throw failure('Invalid', `line ${index + 1} of the ledger is no JSON`, { cause });
  }
}
