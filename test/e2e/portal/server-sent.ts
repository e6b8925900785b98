/** One event of a stream, as it was sent. */
export interface ServerSent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** The events of a body of text/event-stream, as they come; comments are left out. Ends where the body ends. */
export async function* serverSent(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSent> {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks.map(fieldsOf);
  }
}

function fieldsOf(block: string): ServerSent {
  const lines = block.split('\n').filter((line) => !line.startsWith(':'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
}
