import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.js';
import type { ChartRef } from '../../model/refs.js';
import { readValuesText } from '../../values/read-values-text.js';
import type { RawKube } from '../kube/kube.js';
import { type Ended, run } from '../process/run.js';
import { chartArgs, installArgs, renderArgs } from './args.js';
import { chartFacts } from './chart-facts.js';
import { helmFailure } from './errors.js';
import type { Helm, InstallRequest, Revision, Values } from './helm.js';
import { homeEnv, withHome } from './home.js';
import { createReleaseRecords } from './records.js';
import { writeRegistry } from './registry.js';
import { parseRendered } from './render.js';

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

interface Call {
  readonly doing: string;
  readonly args: readonly string[];
  readonly values?: Values;
  readonly signal?: AbortSignal | undefined;
}

/** Helm as a child process; its records without it, through the API. */
export function createHelmCli(raw: RawKube, options: HelmOptions = {}): Helm {
  const records = createReleaseRecords(raw);

  async function call(home: string, { doing, args, values, signal }: Call): Promise<string> {
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
  }

  /** Calls about a chart, in one home with its registry's credentials. */
  const withChart = <T>(chart: ChartRef, work: (home: string) => Promise<T>): Promise<T> =>
    withHome(async (home) => {
      await writeRegistry(raw, chart, home);
      return work(home);
    });

  const askVersion = () => withHome(async (home) => (await call(home, { doing: 'helm version', args: ['version', '--template', '{{.Version}}'] })).trim());

  /** Asked once: a worker's helm stays the same, and an install while users wait is no time to ask. What failed is asked again. */
  let known: Promise<string> | undefined;
  const version = (): Promise<string> => {
    known ??= askVersion().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };

  async function upgradeInstall(request: InstallRequest): Promise<Revision> {
    const { release, chart, values, signal } = request;
    const doing = `helm upgrade --install of release ${release.namespace}/${release.name}`;
    const helmVersion = await version();
    await withChart(chart, (home) => call(home, { doing, args: installArgs(request, helmVersion), values, signal }));
    const latest = await records.latest(release);
    if (latest === undefined) throw failure('NotFound', `${doing} ended well, and yet there is no record of it`);
    return latest;
  }

  return {
    ...records,
    version,
    inspectChart: (chart) =>
      withChart(chart, async (home) => {
        const path = await localPath(chart, home, (args) => call(home, { doing: `helm pull of ${chart.chart}`, args }));
        const shown = await call(home, { doing: `helm show chart ${chart.chart}`, args: ['show', 'chart', path] });
        const dependencies = await call(home, { doing: `helm dependency list ${chart.chart}`, args: ['dependency', 'list', path, '--max-col-width', '0'] });
        return chartFacts(shown, dependencies);
      }),
    defaultValues: (chart) =>
      withChart(chart, async (home) =>
        readValuesText(
          await call(home, { doing: `helm show values ${chart.chart}`, args: ['show', 'values', ...chartArgs(chart)] }),
          `values.yaml of ${chart.chart}`,
        ),
      ),
    render: (release, chart, values) =>
      withChart(chart, async (home) =>
        parseRendered(
          await call(home, { doing: `rendering of ${chart.chart} for release ${release.namespace}/${release.name}`, args: renderArgs(release, chart), values }),
        ),
      ),
    upgradeInstall,
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

/** A chart in a registry is pulled once, so that its dependencies can be looked at. */
async function localPath(chart: ChartRef, home: string, pull: (args: readonly string[]) => Promise<string>): Promise<string> {
  if (!chart.chart.startsWith('oci://')) return chart.chart;
  await pull(['pull', ...chartArgs(chart), '--destination', home]);
  const archive = (await readdir(home)).find((name) => name.endsWith('.tgz'));
  if (archive === undefined) throw failure('HelmFailed', `helm pull of ${chart.chart} left no archive`);
  return join(home, archive);
}
