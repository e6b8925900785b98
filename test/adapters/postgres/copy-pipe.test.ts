import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { CopyOut } from '../../../src/adapters/postgres/copy-pipe.js';

const frame = (code: string, body: Buffer): Buffer => {
  const header = Buffer.alloc(5);
  header.write(code);
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
};

/** What a server says to `COPY … TO STDOUT`, cut where the network likes. */
function play(rows: readonly Uint8Array[], cuts: readonly number[]): { readonly sent: Buffer; readonly told: Buffer; readonly out: CopyOut } {
  const [from, to] = [new PassThrough(), new PassThrough()];
  const told: Buffer[] = [];
  from.on('data', (chunk: Buffer) => told.push(chunk));
  const out = new CopyOut('COPY t TO STDOUT', to, () => undefined);
  out.submit({ stream: from, query: () => undefined } as unknown as Parameters<CopyOut['submit']>[0]);
  const all = Buffer.concat([
    frame('H', Buffer.from([0, 0, 0])),
    ...rows.flatMap((row, index) => [...(index % 3 === 2 ? [frame('N', Buffer.from('notice'))] : []), frame('d', Buffer.from(row))]),
    ...[frame('c', Buffer.alloc(0)), frame('C', Buffer.from('COPY 2\0')), frame('Z', Buffer.from('I'))],
  ]);
  const bounds = [0, ...cuts.map((cut) => cut % all.length).toSorted((a, b) => a - b), all.length];
  for (const [index, end] of bounds.entries()) if (index > 0) from.emit('data', all.subarray(bounds[index - 1], end));
  return { sent: to.read() ?? Buffer.alloc(0), told: Buffer.concat(told), out };
}

test('rows go on frame by frame wherever they are cut, with the end; everything else goes to the driver', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }), fc.array(fc.nat(2000), { maxLength: 30 }), (rows, cuts) => {
      const { sent, told, out } = play(rows, cuts);
      const frames = rows.map((row) => frame('d', Buffer.from(row)));
      expect(sent).toEqual(Buffer.concat([...frames, frame('c', Buffer.alloc(0))]));
      expect(out.bytes).toBe(Buffer.concat(frames).length);
      const notices = rows.flatMap((_, index) => (index % 3 === 2 ? [frame('N', Buffer.from('notice'))] : []));
      const rest = [frame('c', Buffer.alloc(0)), frame('C', Buffer.from('COPY 2\0')), frame('Z', Buffer.from('I'))];
      expect(told).toEqual(Buffer.concat([frame('H', Buffer.from([0, 0, 0])), ...notices, ...rest]));
    }),
  );
});
