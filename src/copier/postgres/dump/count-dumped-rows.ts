import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { failure } from '../../../errors.js';

const newline = 10;
/** What pg_dump writes behind a table's rows. */
const endOfRows = Buffer.from('\\.\n\n\n');
const linesOfEnd = 3;

/** Rows in a data file of a directory: a line each. DumpIncomplete where its end is missing. */
export async function countRowsInFile(file: string, name: string): Promise<number> {
  let lines = 0;
  let tail = Buffer.alloc(0);
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) lines += 1;
        tail = Buffer.concat([tail, chunk.subarray(-endOfRows.length)]).subarray(-endOfRows.length);
      }
    });
  } catch (error) {
    throw failure('DumpIncomplete', `${name}: its file is cut off or missing (${error instanceof Error && 'code' in error ? error.code : 'unreadable'})`);
  }
  if (!tail.equals(endOfRows)) throw failure('DumpIncomplete', `${name}: the end of its rows is missing`);
  return lines - linesOfEnd;
}

const completed = /^-- PostgreSQL database dump complete$/m;
const startOfRows = /^COPY .* FROM stdin;$/;
const tailBytes = 4096;

/** Rows after each COPY of a file of SQL, in its order. DumpIncomplete where pg_dump's last words are missing. */
export async function countRowsInSql(file: string): Promise<readonly number[]> {
  const counts: number[] = [];
  let [inRows, rest, tail] = [false, Buffer.alloc(0), Buffer.alloc(0)];
  const line = (bytes: Buffer) => {
    if (!inRows) {
      if (!startOfRows.test(bytes.toString('latin1'))) return;
      inRows = true;
      counts.push(0);
    } else if (bytes.length === 2 && bytes.toString() === '\\.') inRows = false;
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
  return counts;
}
