import { failure } from '../../errors.js';
import type { Values } from '../../model/values.js';
import { type Ended, run } from '../process/run.js';
import { helmFailure } from './errors.js';
import { homeEnv } from './home.js';

export interface HelmOptions {
  /** The binary, Helm 3.17 or later; `helm` on the PATH if absent. */
  readonly binary?: string;
  /** The cluster: a kubeconfig file, with its context; both absent in a pod. */
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Names of the worker's variables that helm gets, too, such as those of a kubeconfig's exec plugin. */
  readonly passEnv?: readonly string[];
}

const alwaysPassed = [
  'PATH',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
  'HTTPS_PROXY',
  'HTTP_PROXY',
  'NO_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
] as const;

/** Helm needs this long to mark a release as failed when it is told to stop; killed before that, it leaves it pending. */
const graceSeconds = 90;
const maxRenderedBytes = 256 * 1024 * 1024;

export interface Call {
  readonly doing: string;
  readonly args: readonly string[];
  readonly values?: Values;
  readonly signal?: AbortSignal | undefined;
}

/** One call of helm in a home. HelmFailed with helm's words, and what else they mean, where it does not end well. */
export type HelmCall = (home: string, call: Call) => Promise<string>;

export function createHelmCall(options: HelmOptions = {}): HelmCall {
  return async (home, { doing, args, values, signal }) => {
    const ended = await run({
      command: options.binary ?? 'helm',
      args: [...args, ...(options.context === undefined ? [] : ['--kube-context', options.context])],
      env: { ...passed(options), ...(options.kubeconfig !== undefined && { KUBECONFIG: options.kubeconfig }), ...homeEnv(home) },
      graceSeconds,
      maxOutputBytes: maxRenderedBytes,
      ...(values && { input: JSON.stringify(values) }),
      ...(signal && { signal }),
    });
    return checked(doing, ended, values, signal);
  };
}

function checked(doing: string, ended: Ended, values: Values | undefined, signal: AbortSignal | undefined): string {
  if (ended.cancelled) signal?.throwIfAborted();
  if (ended.overflowed) throw failure('HelmFailed', `${doing}: helm wrote more than ${maxRenderedBytes} bytes`);
  if (ended.exitCode !== 0) throw helmFailure(doing, ended, values);
  return ended.stdout;
}

function passed({ passEnv = [] }: HelmOptions): Readonly<Record<string, string>> {
  return Object.fromEntries([...alwaysPassed, ...passEnv].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
