import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { failure } from '../../../errors.js';

const newline = 10;
/** What pg_dump writes behind a table's rows. */
const endOfRows = Buffer.from('\\.\n\n\n');
const linesOfEnd = 3;

/** A data file of a directory, to its end. DumpIncomplete where that is missing. */
async function readData(file: string, name: string, onChunk: (chunk: Buffer) => void): Promise<void> {
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) onChunk(chunk);
    });
  } catch (error) {
    throw failure('DumpIncomplete', `${name}: its file is cut off or missing (${error instanceof Error && 'code' in error ? error.code : 'unreadable'})`);
  }
}

/** Rows in a data file of a directory: a line each. DumpIncomplete where its end is missing. */
export async function countRowsInFile(file: string, name: string): Promise<number> {
  let lines = 0;
  let tail = Buffer.alloc(0);
  await readData(file, name, (chunk) => {
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) lines += 1;
    tail = Buffer.concat([tail, chunk.subarray(-endOfRows.length)]).subarray(-endOfRows.length);
  });
  if (!tail.equals(endOfRows)) throw failure('DumpIncomplete', `${name}: the end of its rows is missing`);
  return lines - linesOfEnd;
}

/** The same of a large object, which has no end of its own but the file's. */
export async function countBytesInFile(file: string, name: string): Promise<number> {
  let bytes = 0;
  await readData(file, name, (chunk) => {
    bytes += chunk.length;
  });
  return bytes;
}

const completed = /^-- PostgreSQL database dump complete$/m;
const startOfRows = /^COPY .* FROM stdin;$/;
const startOfObject = /^SELECT pg_catalog\.lo_open\('(\d+)', 131072\);$/;
const dataOfObject = /^SELECT pg_catalog\.lowrite\(0, *E?'\\{1,2}x([0-9a-f]*)'\);$/;
const tailBytes = 4096;

export interface DumpedObject {
  readonly oid: number;
  readonly bytes: number;
}

export interface CountedSql {
  /** After each COPY, in their order. */
  readonly rows: readonly number[];
  readonly objects: readonly DumpedObject[];
}

/** What is in a file of SQL. DumpIncomplete where pg_dump's last words are missing. */
export async function countInSql(file: string): Promise<CountedSql> {
  let [inRows, rest, tail] = [false, Buffer.alloc(0), Buffer.alloc(0)];
  const counts: number[] = [];
  const objects: { oid: number; bytes: number }[] = [];
  const statement = (text: string) => {
    const [, oid] = startOfObject.exec(text) ?? [];
    if (oid !== undefined) objects.push({ oid: Number(oid), bytes: 0 });
    const object = objects.at(-1);
    if (object) object.bytes += (dataOfObject.exec(text)?.[1]?.length ?? 0) / 2;
    if (!startOfRows.test(text)) return;
    inRows = true;
    counts.push(0);
  };
  const line = (bytes: Buffer) => {
    if (!inRows) statement(bytes.toString('latin1'));
    else if (bytes.length === 2 && bytes.toString() === '\\.') inRows = false;
    else counts.push((counts.pop() ?? 0) + 1);
  };
  for await (const chunk of createReadStream(file)) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, from)) {
      line(bytes.subarray(from, at));
      from = at + 1;
    }
    rest = bytes.subarray(from);
    tail = Buffer.concat([tail, bytes.subarray(-tailBytes)]).subarray(-tailBytes);
  }
  if (inRows || !completed.test(tail.toString())) throw failure('DumpIncomplete', 'the dump ends before pg_dump says that it is complete');
  return { rows: counts, objects };
}
