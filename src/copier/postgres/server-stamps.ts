/**
 * Servers as of the minors of late 2026 (seen: 15.20) stamp every column with a version of their own, kept among its options; a pg_dump of before (seen: 18.4)
 * tells it as if a user had set it, and no other server takes it. Options of users stay.
 */
const columnOptions = /^(ALTER [^\n]* ALTER COLUMN [^\n]* SET \()([^()\n]*\bpg_attver=\d+[^()\n]*)\);\n/gm;

/** What pg_dump has written of definitions. */
export const withoutStamps = (sql: string): string =>
  sql.replaceAll(columnOptions, (_, start: string, options: string) => {
    const own = options.split(', ').filter((option) => !option.startsWith('pg_attver='));
    return own.length === 0 ? '' : `${start}${own.join(', ')});\n`;
  });

export const hasStamps = (sql: string): boolean => withoutStamps(sql) !== sql;

/** Whole lines, as bytes, each with its end; the last may have none. */
async function* linesOf(content: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let begun: Uint8Array[] = [];
  for await (const chunk of content) {
    const bytes = Buffer.from(chunk);
    let from = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      yield Buffer.concat([...begun, bytes.subarray(from, end + 1)]);
      begun = [];
      from = end + 1;
    }
    if (from < bytes.length) begun.push(bytes.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun);
}

/** A row begins with whatever its users wrote: between these two lines nothing is ours. */
const beginsRows = /^COPY .* FROM stdin;\n$/;
const endsRows = '\\.\n';
const mayHoldStamp = Buffer.from('pg_attver=');

/** The same of a whole dump in SQL, rows and all, which pass as the bytes they are. */
export async function* dumpWithoutStamps(content: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let inRows = false;
  for await (const line of linesOf(content)) {
    if (inRows) inRows = line.toString('latin1') !== endsRows;
    else inRows = line.subarray(0, 5).toString('latin1') === 'COPY ' && beginsRows.test(line.toString());
    yield !inRows && line.includes(mayHoldStamp) ? Buffer.from(withoutStamps(line.toString())) : line;
  }
}
