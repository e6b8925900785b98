import { BSON, type Document, Double, Int32, ObjectId } from 'mongodb';
import { connectMongo } from '../../src/adapters/mongo/driver.js';
import type { RawDocument } from '../../src/adapters/mongo/mongo.js';
import { batchLimits } from '../../src/copier/mongo/cut-batches.js';
import type { CopyResult } from '../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../src/model/mongo-facts.js';
import { type Ferretdb, startFerretdb } from '../../test/copier/mongo/support/ferretdb-server.js';
import { bundleCopier, type CopierProgram, resultOf } from '../../test/copier/support/copier-process.js';

export interface MongoBench {
  readonly documentsPerSecond: number;
  /** The slower of a bare scan and a bare insert. */
  readonly baselineDocumentsPerSecond: number;
  readonly scanDocumentsPerSecond: number;
  readonly insertDocumentsPerSecond: number;
  /** Of the copier against the baseline; the bar is 0.7. */
  readonly ratio: number;
}

export interface MongoBenchOptions {
  /** Default 300,000. */
  readonly documents?: number;
  /** Of all contenders, for the median. Default 1, which takes about five minutes. */
  readonly rounds?: number;
  readonly tell?: (line: string) => void;
}

/** Of everybody, and what the copier writes at once. */
const batch = batchLimits.maxDocuments;
const collection = 'orders';

/** About 460 bytes, as a shop's orders are. */
const document = (n: number): Document => ({
  _id: new ObjectId(n.toString(16).padStart(24, '0')),
  number: new Int32(n),
  customer: `customer ${n % 9973}`,
  total: new Double(n / 7),
  paid: n % 2 === 0,
  at: new Date(1_700_000_000_000 + n),
  lines: [0, 1, 2].map((line) => ({ article: `article ${n % 101} ${line}`, count: new Int32(line + 1), price: new Double((n % 1000) / 3) })),
  note: 'x'.repeat(100),
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** Reads everything and keeps nothing. */
async function scan(at: MongoAddress): Promise<number> {
  const mongo = await connectMongo(at, 1);
  const seconds = await timed(async () => {
    for await (const _documents of mongo.read('source', collection, { batchDocuments: batch }));
  });
  await mongo.close();
  return seconds;
}

/** Writes what is in memory already, one batch after the other, as majority writes: those of the copier. */
async function insert(at: MongoAddress, database: string, documents: readonly RawDocument[]): Promise<number> {
  const mongo = await connectMongo(at, 1);
  await mongo.command(database, { create: collection });
  const seconds = await timed(async () => {
    for (let start = 0; start < documents.length; start += batch) await mongo.insert(database, collection, documents.slice(start, start + batch));
  });
  await mongo.close();
  return seconds;
}

/** The program as its image has it, process and all; from its start to its end. */
async function copy(program: CopierProgram, source: Ferretdb, target: Ferretdb, to: string, documents: number): Promise<number> {
  const request = { engine: 'mongodb', verb: 'copy', at: target.at, source: source.at, run: to, epoch: 1, step: 's', from: 'source', to } as const;
  return timed(async () => {
    const copied = resultOf<CopyResult>(await program.start(request, 'pod').ended);
    if (copied.source.documents !== documents) throw new Error(`${copied.source.documents} documents copied, ${documents} there`);
  });
}

/**
 * The copier between two FerretDB servers on this machine, each on SQLite, against a bare scan of the one and a bare insert into the other: the same documents, the
 * same batches, one after another in each round. The copier reads, hashes, asks its fence twice for each batch, writes and notes; the baseline does one thing.
 */
export async function benchMongo({ documents = 300_000, rounds = 1, tell = () => undefined }: MongoBenchOptions = {}): Promise<MongoBench> {
  const [source, target, program] = [await startFerretdb(), await startFerretdb(), await bundleCopier()];
  try {
    const all = Array.from({ length: documents }, (_, n) => BSON.serialize(document(n)));
    await insert(source.at, 'source', all);
    const seconds: Record<'scan' | 'insert' | 'copy', number[]> = { scan: [], insert: [], copy: [] };
    for (let round = 0; round < rounds; round += 1) {
      seconds.scan.push(await scan(source.at));
      seconds.insert.push(await insert(target.at, 'bare', all));
      await target.client.db('bare').dropDatabase();
      seconds.copy.push(await copy(program, source, target, `copy${round}`, documents));
      await target.client.db(`copy${round}`).dropDatabase();
      tell(`round ${round + 1}: ${(['scan', 'insert', 'copy'] as const).map((each) => `${each} ${seconds[each].at(-1)?.toFixed(1)} s`).join(', ')}`);
    }
    const rate = (which: keyof typeof seconds) => Math.round(documents / median(seconds[which]));
    const [scanned, inserted] = [rate('scan'), rate('insert')];
    const baseline = Math.min(scanned, inserted);
    return {
      documentsPerSecond: rate('copy'),
      baselineDocumentsPerSecond: baseline,
      scanDocumentsPerSecond: scanned,
      insertDocumentsPerSecond: inserted,
      ratio: Number((rate('copy') / baseline).toFixed(2)),
    };
  } finally {
    await Promise.all([source.stop(), target.stop()]);
    program.remove();
  }
}
