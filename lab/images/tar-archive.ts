/** One file of a tar archive whose size is known before its bytes. */
export interface TarEntry {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly content: AsyncIterable<Uint8Array> | Uint8Array;
}

const blockBytes = 512;

/** A tar archive (ustar) as a stream, so that an image of a gigabyte passes through without being held. Paths up to 100 bytes. */
export async function* tarArchive(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield tarHeader(entry.path, entry.size);
    if (entry.content instanceof Uint8Array) yield entry.content;
    else yield* entry.content;
    yield Buffer.alloc((blockBytes - (entry.size % blockBytes)) % blockBytes);
  }
  yield Buffer.alloc(2 * blockBytes);
}

function tarHeader(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`${path} is too long for a tar header`);
  const header = Buffer.alloc(blockBytes);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 7), 100); // mode
  header.write(octal(0, 7), 108); // owner
  header.write(octal(0, 7), 116); // group
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136); // time: same content, same archive
  header.write('        ', 148); // the checksum counts itself as blanks
  header.write('0', 156); // a file
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
