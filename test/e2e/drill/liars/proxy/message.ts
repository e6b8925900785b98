/** One message of PostgreSQL's protocol, version 3, without its length. */
export interface Message {
  readonly type: string;
  readonly body: Buffer;
}

/** What a server answers to one request, up to and with ReadyForQuery. */
export type Reply = readonly Message[];

export type Value = string | null;

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};

const text = (value: string): Buffer => Buffer.from(`${value}\0`);

export const encode = ({ type, body }: Message): Buffer => Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);

/** A packet without a type, as the first one of a connection. */
export const encodeStartup = (body: Buffer): Buffer => Buffer.concat([int32(body.length + 4), body]);

/** Columns of a DataRow in text form. */
export function valuesOf({ body }: Message): Value[] {
  const values: Value[] = [];
  for (let at = 2; at < body.length; ) {
    const length = body.readInt32BE(at);
    at += 4;
    values.push(length < 0 ? null : body.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return values;
}

export function dataRow(values: readonly Value[]): Message {
  const columns = values.map((value) => (value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)])));
  return { type: 'D', body: Buffer.concat([int16(values.length), ...columns]) };
}

/** An error with which the transaction ended, as a server answers it. */
export function errorReply(code: string, message: string): Reply {
  const fields = [`SERROR`, `VERROR`, `C${code}`, `M${message}`].map(text);
  return [
    { type: 'E', body: Buffer.concat([...fields, Buffer.from([0])]) },
    { type: 'Z', body: Buffer.from('I') },
  ];
}

/** The same reply with other rows; the command's tag counts them. */
export function withRows(reply: Reply, change: (rows: readonly (readonly Value[])[]) => readonly (readonly Value[])[]): Reply {
  const rows = change(reply.filter(({ type }) => type === 'D').map(valuesOf));
  return reply
    .filter(({ type }) => type !== 'D')
    .flatMap((message) => {
      if (message.type !== 'C') return [message];
      const tag = message.body.toString('utf8').replace(/^SELECT \d+/, `SELECT ${rows.length}`);
      return [...rows.map(dataRow), { type: 'C', body: Buffer.from(tag) }];
    });
}

export const isError = (reply: Reply): boolean => reply.some(({ type }) => type === 'E');
