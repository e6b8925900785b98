import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import { throwIfStopped } from '../../stop.js';
import { readLengths } from '../large-objects.js';
import { countBytesInFile, type DumpedObject } from './count-dumped-rows.js';

/** From here on there is a list of objects for each group of one owner and its rights; before, there is one. */
const firstWithLists = 17;

/** `2565; 0 0 BLOBS - 5001..6001 postgres`: its list goes by the entry's number. */
const blobsEntry = /^(\d+); \d+ \d+ BLOBS /;
const listedObject = /^(\d+) blob_\1\.dat$/;

const nameOf = (oid: number): string => `large object ${oid}`;

async function readList(folder: string, name: string): Promise<readonly number[]> {
  const text = await readFile(join(folder, name), 'utf8').catch(() => {
    throw failure('DumpIncomplete', `${name}, a list of large objects, is missing`);
  });
  const lines = text.split('\n');
  return lines.filter(Boolean).map((line) => {
    const [, oid] = listedObject.exec(line) ?? [];
    if (oid === undefined || lines.at(-1) !== '') throw failure('DumpIncomplete', `${name}, a list of large objects, is cut off`);
    return Number(oid);
  });
}

/** Numbers of the objects in a directory, by the lists that its table of contents names. */
export async function listObjects(folder: string, major: number, entries: readonly string[]): Promise<readonly number[]> {
  const numbers = entries.flatMap((line) => blobsEntry.exec(line)?.[1] ?? []);
  const lists = numbers.map((number) => (major >= firstWithLists ? `blobs_${number}.toc` : 'blobs.toc'));
  const oids: number[] = [];
  for (const list of lists) for (const oid of await readList(folder, list)) oids.push(oid);
  return oids;
}

/** Its data in a directory, to the end. */
export const bytesInFolder = (folder: string, oid: number): Promise<number> => countBytesInFile(join(folder, `blob_${oid}.dat.gz`), nameOf(oid));

export interface HeldObjects {
  readonly oids: readonly number[];
  readonly bytesOf: (oid: number) => Promise<number>;
}

/** Of a file of SQL. */
export function heldInSql(objects: readonly DumpedObject[]): HeldObjects {
  const bytes = new Map(objects.map((object) => [object.oid, object.bytes]));
  return { oids: objects.map(({ oid }) => oid), bytesOf: async (oid) => bytes.get(oid) ?? 0 };
}

async function requireObject(held: number | undefined, { oid, bytes }: DumpedObject, bytesOf: HeldObjects['bytesOf']): Promise<void> {
  if (held !== oid) throw failure('DumpIncomplete', `${nameOf(Math.min(oid, held ?? oid))} is not in both the dump and the database, once`);
  const found = await bytesOf(oid);
  if (found !== bytes) throw failure('DumpIncomplete', `${nameOf(oid)}: ${found} bytes are in the dump, ${bytes} in the database`);
}

/** Every object of the snapshot must be in the dump, once, as long as it is in the database. DumpIncomplete names the first that is not. */
export async function requireObjects(session: PostgresSession, { oids, bytesOf }: HeldObjects, signal: AbortSignal): Promise<void> {
  const held = Float64Array.from(oids).sort();
  let at = 0;
  for await (const objects of readLengths(session)) {
    throwIfStopped(signal);
    for (const object of objects) await requireObject(held[at++], object, bytesOf);
  }
  if (at < held.length) throw failure('DumpIncomplete', `${nameOf(held[at] ?? 0)} is in the dump, and not in the database`);
}
