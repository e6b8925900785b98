import { isSigned } from '../../adapters/cluster-key/sign.js';
import { failure } from '../../errors.js';
import { isStartedBy, type Signable, type StartedBy } from '../../model/four-eyes.js';
import type { Adapters } from '../adapters.js';

export interface SignedRequest extends Signable {
  readonly signature: string | undefined;
  /** The run's memo: who started it. */
  readonly started: unknown;
}

/** How far apart a start was signed and carried out: a signature of an older start is nobody's. */
const mostApartSeconds = 600;

/** The part of a verb that only activities can do: the key is a Secret of the cluster. NotSigned says what is wrong, and the worker's log who tried. */
export function verifySigned({ apiKey }: Pick<Adapters, 'apiKey'>) {
  return async (request: SignedRequest): Promise<void> => {
    const key = await apiKey();
    const { signature, started, ...signable } = request;
    if (signature === undefined || !isSigned(key, signable, signature))
      throw refused(signable, 'it does not carry the API’s signature. Here four eyes are asked for: send it through the API');
    const by = starter(key, signable, started);
    if (by === undefined) throw refused(signable, 'nobody can tell who started the run, for it was not started through the API');
    if (by === signable.by) throw refused(signable, `${by} started the run: another person must do this`);
  };
}

function starter(key: Buffer, { workflowId, run }: Signable, started: unknown): string | undefined {
  if (!isStartedBy(started) || !isSigned(key, startOf(workflowId, started), started.signature)) return undefined;
  const begun = timeOf(run);
  const apart = begun === undefined ? 0 : Math.abs(begun - Date.parse(started.at)) / 1000;
  return apart <= mostApartSeconds ? started.by : undefined;
}

export const startOf = (workflowId: string, { by, at }: Pick<StartedBy, 'by' | 'at'>): Signable => ({
  workflowId,
  run: '',
  verb: 'start',
  about: at,
  plan: '',
  by,
});

/** Temporal's run ids are UUIDs of version 7, whose first 48 bits are the time; of an older server's nothing can be told. */
function timeOf(run: string): number | undefined {
  const digits = run.replaceAll('-', '');
  return digits.length === 32 && digits[12] === '7' ? Number.parseInt(digits.slice(0, 12), 16) : undefined;
}

const refused = ({ verb, about, by, workflowId }: Signable, why: string) =>
  failure('NotSigned', `${verb} ${about} of ${workflowId} by ${by} (said to be) is refused: ${why}`.replace('  ', ' '));
