import { chain, type ReadLedger, readLedger } from '../../../src/judge/chain.js';
import type { Course, FinalRead, LedgerRecord, MemberSample } from '../../../src/model/drill.js';

export const course: Course = {
  run: 'run-1',
  name: 'drill-1-strict',
  target: { engine: 'postgresql', namespace: 'db', selector: 'app=pg', writeTo: { host: 'pg', port: 5432 }, database: 'drill' },
  fault: { kind: 'nodeOff', of: 'primary', lastsSeconds: 20, revertAfterSeconds: 60, fencedByProbe: false },
  load: { writers: 10, writesPerSecond: 100, steadySeconds: 10, settleSeconds: 30 },
  profile: 'strict',
  expect: { rtoSeconds: 10, lostWrites: 0, redundancyWithinSeconds: 60 },
  members: 3,
};

/** What happened to one write of the scene. */
export interface Happening {
  readonly id: number;
  readonly due: number;
}

/**
 * A whole course in milliseconds: 100 writes a second for a minute, steady from 0, a fault at 10 s, three seconds without answers, another primary from 12 s,
 * the fault taken back at 30 s, all well from 35 s. A test changes what it is about.
 */
export class Scene {
  readonly records: LedgerRecord[] = [];
  faultAt = 10_000;
  downMs = 3000;
  endAt = 60_000;
  /** What becomes of a write: acknowledged after 5 ms unless this says otherwise. */
  fate: (write: Happening) => readonly LedgerRecord[] = (write) => this.usual(write);
  samples: (at: number) => readonly MemberSample[] = (at) => this.usualSample(at);
  reads: readonly FinalRead[] | undefined;
  lateBy: (write: Happening) => number = () => 0.2;

  usual({ id, due }: Happening): readonly LedgerRecord[] {
    if (this.isDown(due)) return [{ type: 'unsent', id, at: due + 1000, why: 'no connection for a second' }];
    return [this.ack(id, due + 5, due > this.faultAt ? 2 : 1)];
  }

  isDown = (at: number): boolean => at >= this.faultAt && at < this.faultAt + this.downMs;

  ack = (id: number, at: number, timeline: number): LedgerRecord => ({ type: 'ack', id, at, server: timeline === 1 ? '10.0.0.1' : '10.0.0.2', timeline });

  usualSample(at: number): readonly MemberSample[] {
    const before = at < this.faultAt;
    const back = at > 35_000;
    return [
      before ? { name: 'pg-0', role: 'primary', timeline: 1 } : { name: 'pg-0', role: back ? 'replica' : 'silent' },
      at < this.faultAt + Math.max(0, this.downMs - 1000) ? { name: 'pg-1', role: 'replica' } : { name: 'pg-1', role: 'primary', timeline: 2 },
      { name: 'pg-2', role: 'replica' },
    ];
  }

  mark(mark: 'steady' | 'injecting' | 'faulted' | 'reverting' | 'reverted' | 'closed', at: number): LedgerRecord {
    return { type: 'mark', mark, at };
  }

  /** Of all that was acknowledged, on every member. */
  held(ids: readonly number[]): readonly FinalRead[] {
    return ['pg-0', 'pg-1', 'pg-2'].map((member) => ({ member, rows: ids.length, intact: rangesOf(ids), changed: [], duplicated: [], foreign: 0 }));
  }

  ledger(): ReadLedger {
    const writes = Array.from({ length: this.endAt / 10 }, (_, index) => ({ id: index + 1, due: index * 10 }));
    const fates = writes.flatMap((write) => [{ type: 'intent', ...write, at: write.due + this.lateBy(write) } as LedgerRecord, ...this.fate(write)]);
    const acked = fates.flatMap((record) => (record.type === 'ack' ? [record.id] : []));
    const samples = Array.from({ length: this.endAt / 200 }, (_, index) => {
      const members = this.samples(index * 200);
      return { type: 'sample', at: index * 200, members, redundant: members.every(({ role }) => role !== 'silent') } as LedgerRecord;
    });
    const marks = [
      this.mark('steady', 0),
      this.mark('injecting', this.faultAt),
      this.mark('faulted', this.faultAt + 200),
      this.mark('reverting', 30_000),
      this.mark('reverted', 31_000),
    ];
    const before = [...fates, ...samples, ...marks].toSorted((left, right) => left.at - right.at);
    const reads = (this.reads ?? this.held(acked)).map((read) => ({ type: 'final', at: this.endAt + 10, read }) as LedgerRecord);
    const end: readonly LedgerRecord[] = [this.mark('closed', this.endAt), ...reads, ...this.records, { type: 'end', at: this.endAt + 2000, diffAfter: [] }];
    const line = chain();
    return readLedger([...before, ...end].map((record) => `${line(record)}\n`).join(''));
  }
}

function rangesOf(ids: readonly number[]): FinalRead['intact'] {
  const ranges: [number, number][] = [];
  for (const id of ids) {
    const last = ranges.at(-1);
    if (last?.[1] === id - 1) last[1] = id;
    else ranges.push([id, id]);
  }
  return ranges;
}
