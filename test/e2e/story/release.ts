import { kubectl, type Place, run, soon } from './tools.js';

/** The newest record of a release. */
export interface ReleaseState {
  readonly revision: number;
  readonly status: string;
  /** `live-agent-4.43.0` */
  readonly chart: string;
}

export interface Asked {
  readonly status: number;
  readonly body: unknown;
}

interface RunOptions {
  readonly input?: string;
  readonly mayFail?: boolean;
}

/** An example product's release: what a scene does with it, by names alone. */
export interface Release {
  readonly namespace: string;
  readonly release: string;
  /** Of its Services. */
  readonly port: number;
}

export function releaseIn({ namespace, release, port }: Release) {
  const helm = (place: Place, args: readonly string[], options?: RunOptions) =>
    run(place, place.env['REHELM_HELM']!, [...args, '--namespace', namespace], options);

  const inNamespace = (place: Place, args: readonly string[], options?: RunOptions) => kubectl(place, ['--namespace', namespace, ...args], options);

  /** A request to a Service by its address, from the host; undefined where nobody answers. */
  async function ask(place: Place, service: string, path: string, request: RequestInit = {}): Promise<Asked | undefined> {
    const { stdout: address } = await inNamespace(place, ['get', 'service', service, '-o', 'jsonpath={.spec.clusterIP}'], { mayFail: true });
    if (address === '') return undefined;
    const answer = await fetch(`http://${address}:${port}${path}`, { ...request, signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    return answer && { status: answer.status, body: await answer.json().catch(() => undefined) };
  }

  /** Waits until a Service answers 200. */
  const untilServed = (place: Place, service: string, path = '/', withinSeconds = 180): Promise<Asked> =>
    soon(`${service} to serve`, withinSeconds, async () => {
      const answer = await ask(place, service, path);
      return answer?.status === 200 ? answer : undefined;
    });

  async function readRelease(place: Place): Promise<ReleaseState | undefined> {
    const { exitCode, stdout } = await helm(place, ['history', release, '--max', '1', '-o', 'json'], { mayFail: true });
    if (exitCode !== 0) return undefined;
    const [{ revision, status, chart }] = JSON.parse(stdout);
    return { revision, status, chart };
  }

  /** Everything of it, volumes that are kept included; for a lab that stays up. */
  async function remove(place: Place): Promise<void> {
    await helm(place, ['uninstall', release, '--ignore-not-found', '--wait']);
    await kubectl(place, ['delete', 'namespace', namespace, '--ignore-not-found', '--wait', '--cascade=foreground']);
    const { stdout } = await kubectl(place, ['get', 'pv', '-o', 'json']);
    const volumes: readonly { readonly metadata: { readonly name: string }; readonly spec: { readonly claimRef?: { readonly namespace?: string } } }[] =
      JSON.parse(stdout).items;
    const left = volumes.filter(({ spec }) => spec.claimRef?.namespace === namespace).map(({ metadata }) => metadata.name);
    if (left.length > 0) await kubectl(place, ['delete', 'pv', '--ignore-not-found', ...left]);
  }

  return { helm, inNamespace, ask, untilServed, readRelease, remove };
}
