import { catalogue, type FailureType, failure } from '../../errors.js';
import type { CopierLine, CopierProgress } from '../../model/copier.js';
import { clip } from '../objects/clip.js';

/** What a copier's log says so far. */
export interface CopierOutput<Result> {
  readonly progress?: CopierProgress;
  readonly result?: Result;
  readonly failure?: { readonly type: string; readonly message: string; readonly details?: unknown };
  /** The last lines that are not its own protocol: stack traces, warnings of the runtime. */
  readonly noise: readonly string[];
}

const maxNoise = 5;

/** Reads the log's last lines. The request tells its result's type: nobody else writes to this log. */
export function readOutput<Result>(log: string): CopierOutput<Result> {
  const lines = log.split('\n').filter(Boolean).map(parse);
  const protocol = lines.flatMap((line) => (typeof line === 'string' ? [] : [line]));
  const noise = lines.flatMap((line) => (typeof line === 'string' ? [clip(line)] : [])).slice(-maxNoise);
  const last = protocol.at(-1);
  const progress = protocol.flatMap((line) => ('progress' in line ? [line.progress] : [])).at(-1);
  return {
    noise,
    ...(progress && { progress }),
    ...(last && 'result' in last && { result: last.result as Result }),
    ...(last && 'failure' in last && { failure: last.failure }),
  };
}

function parse(line: string): CopierLine | string {
  try {
    const read: unknown = JSON.parse(line);
    const isProtocol = typeof read === 'object' && read !== null && ('progress' in read || 'result' in read || 'failure' in read);
    return isProtocol ? (read as CopierLine) : line;
  } catch {
    return line;
  }
}

const isKnown = (type: string): type is FailureType => type in catalogue;

/** The copier's own failure as one of src/errors.ts; CopyFailed for a type that isn't there. */
export function copierFailure(what: string, { failure: said, noise }: CopierOutput<unknown>): Error {
  const { type = 'CopyFailed', message = 'it ended without a word', details } = said ?? {};
  const text = `${what}: ${message}${noise.length > 0 ? `\nlast lines: ${noise.join(' | ')}` : ''}`;
  return failure(isKnown(type) ? type : 'CopyFailed', text, details === undefined ? {} : { details });
}
