import { failure, isFailure } from '../errors.js';
import type { Adapters } from './adapters.js';
import { clip } from './objects/clip.js';
import { until } from './objects/until.js';

export interface Probe {
  readonly name: string;
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number | string; readonly path: string; readonly https?: true };
  /** The HTTP status that says all is well. */
  readonly expect: number;
}

export interface RunProbesInput {
  readonly probes: readonly Probe[];
  /** How long the product may take to answer as expected, in seconds. */
  readonly withinSeconds: number;
}

export interface ProbedProduct {
  readonly probes: readonly { readonly name: string; readonly status: number }[];
}

const show = ({ name, service: { namespace, name: service, port, path, https } }: Probe): string =>
  `${name} (${https ? 'https' : 'http'} ${namespace}/${service}:${port}${path})`;

/** Asks the new product through the API server's service proxy: a way in that no user has. */
export function runProbes({ kube }: Pick<Adapters, 'kube'>) {
  async function fails(probe: Probe): Promise<readonly string[]> {
    const { status, body } = await kube.httpGet(probe.service);
    return status === probe.expect ? [] : [`${show(probe)} answers ${status} instead of ${probe.expect}${body ? `: ${clip(body, 200)}` : ''}`];
  }

  return {
    /** The Services come with the install: nothing can be known before. */
    async checkRunProbes(_: RunProbesInput): Promise<readonly string[]> {
      return [];
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureRunProbes(_: RunProbesInput): Promise<null> {
      return null;
    },

    /** Asks until every probe is answered as expected; ProbeFailed with status and body of those that are not. */
    async runProbes({ probes, withinSeconds }: RunProbesInput): Promise<ProbedProduct> {
      try {
        await until(withinSeconds, `${probes.length} probes to be answered`, async () => {
          const failing = (await Promise.all(probes.map(fails))).flat();
          return failing.length === 0 ? 'yes' : { notYet: failing.join('; ') };
        });
      } catch (error) {
        if (!isFailure(error, 'TimedOut')) throw error;
        throw failure('ProbeFailed', error.message);
      }
      return { probes: probes.map(({ name, expect }) => ({ name, status: expect })) };
    },

    /** Nothing was changed. */
    async undoRunProbes(_: null): Promise<void> {},
  };
}
