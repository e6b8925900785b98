import { helmFailure } from '../../../src/adapters/helm/errors.js';
import type { ChartFacts, Helm, InstallRequest, LocalChart, Rendered, Revision, Values } from '../../../src/adapters/helm/helm.js';
import { createReleaseRecords } from '../../../src/adapters/helm/records.js';
import type { RawKube } from '../../../src/adapters/kube/kube.js';
import { failure, isFailure } from '../../../src/errors.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import type { ChartRef, ReleaseRef } from '../../../src/model/refs.js';
import { setStatus, writePending } from './fake-record.js';
import { apply, checkOwners, type Previous } from './fake-release.js';

/** What a chart's templates see. */
export interface ChartContext {
  readonly release: ReleaseRef;
  readonly isUpgrade: boolean;
  /** Helm's `lookup`. */
  lookup(apiVersion: string, kind: string, namespace: string, name: string): Promise<KubeObject | undefined>;
}

/** A chart as a function. Hooks are objects with Helm's annotations (`helm.sh/hook`, `helm.sh/hook-weight`, `helm.sh/hook-delete-policy`). */
export interface FakeChart extends Omit<ChartFacts, 'missingDependencies'> {
  readonly missingDependencies?: readonly string[];
  /** values.yaml; laid under the user's. */
  readonly values?: Values;
  /** Throw to refuse as `fail` and a broken template do. */
  render(values: Values, context: ChartContext): readonly KubeObject[] | Promise<readonly KubeObject[]>;
}

/** Charts by reference, as in `ChartRef.chart`; with `@version` after it where versions differ. */
export type FakeCharts = Readonly<Record<string, FakeChart>>;

/**
 * Helm without its binary. All of its state lies in the cluster, in records of Helm's own format, so it works from any process.
 * It writes through `raw`: faults of the fake cluster break it where they are told to. A refusal leaves the release `failed`;
 * a broken connection (Unreachable) leaves it pending, as a helm that was killed does.
 */
export function createFakeHelm(raw: RawKube, charts: FakeCharts, { version = 'v4.1.4' }: { readonly version?: string } = {}): Helm {
  const records = createReleaseRecords(raw);
  const chartOf = (ref: ChartRef): FakeChart => {
    const chart = charts[`${ref.chart}@${ref.version}`] ?? charts[ref.chart];
    if (chart === undefined)
      throw failure('HelmFailed', `helm pull of ${ref.chart}: failed to perform "FetchReference" on source: ${ref.chart}:${ref.version}: not found`);
    return chart;
  };

  async function render(release: ReleaseRef, ref: ChartRef, values: Values): Promise<readonly Rendered[]> {
    const latest = await records.latest(release);
    refusePending(release, latest);
    return renderChart(raw, release, chartOf(ref), values, isUpgrade(latest));
  }

  async function upgradeInstall(request: InstallRequest): Promise<Revision> {
    const { release, chart: ref, values } = request;
    const history = await records.history(release);
    const last = history.at(-1);
    refusePending(release, last);
    const rendered = await renderChart(raw, release, chartOf(ref), values, isUpgrade(last));
    const deployed = history.findLast(({ status }) => status === 'deployed');
    const base = deployed ?? last;
    const revision = (last?.revision ?? 0) + 1;
    const begin = () =>
      writePending(raw, {
        ...request,
        labels: { ...last?.labels, ...request.labels },
        revision,
        chart: chartOf(ref),
        rendered,
        status: base ? 'pending-upgrade' : 'pending-install',
      });
    await carryOut(raw, { ...request, revision }, rendered, { manifest: base?.manifest ?? [], exists: base !== undefined }, begin);
    if (deployed) await setStatus(raw, release, deployed.revision, 'superseded');
    await setStatus(raw, release, revision, 'deployed');
    return mustLatest(records, release);
  }

  return {
    ...records,
    version: async () => version,
    inspectChart: async (ref) => {
      const { name, version: chartVersion, appVersion, kubeVersion, missingDependencies = [] } = chartOf(ref);
      return {
        name,
        version: chartVersion,
        ...(appVersion !== undefined && { appVersion }),
        ...(kubeVersion !== undefined && { kubeVersion }),
        missingDependencies,
      };
    },
    withChart: async (ref, work) => work(localChart(raw, chartOf(ref))),
    defaultValues: async (ref) => chartOf(ref).values ?? {},
    render,
    upgradeInstall,
  };
}

async function carryOut(
  raw: RawKube,
  request: InstallRequest & { readonly revision: number },
  rendered: readonly Rendered[],
  previous: Previous,
  begin: () => Promise<void>,
): Promise<void> {
  await checkOwners(raw, request.release, rendered, previous);
  await begin();
  try {
    await apply(raw, request, rendered, previous);
  } catch (error) {
    if (!isFailure(error, 'Unreachable')) await setStatus(raw, request.release, request.revision, 'failed');
    throw error;
  }
}

async function mustLatest(records: Pick<Helm, 'latest'>, release: ReleaseRef): Promise<Revision> {
  const latest = await records.latest(release);
  if (latest === undefined) throw failure('NotFound', `the record of release ${release.namespace}/${release.name} is gone`);
  return latest;
}

const isUpgrade = (latest: Revision | undefined): boolean => latest !== undefined && latest.status !== 'uninstalled';

/** Of a chart without dependencies. */
function localChart(raw: RawKube, chart: FakeChart): LocalChart {
  const template = async (values: Values): Promise<string> => {
    const rendered = await renderChart(raw, { namespace: 'namespace', name: 'release' }, chart, values, false);
    return rendered.map(({ object }) => `---\n# Source: ${chart.name}/templates/all.yaml\n${JSON.stringify(object, undefined, 1)}\n`).join('');
  };
  return {
    name: chart.name,
    version: chart.version,
    defaults: chart.values ?? {},
    schemas: [],
    apis: [],
    comparisons: [],
    template,
    validate: async (values) => void (await template(values)),
  };
}

/** As the binary refuses: by its words on stderr. */
export const refusal = (doing: string, stderr: string, values: Values = {}): Error =>
  helmFailure(doing, { exitCode: 1, stdout: '', stderr, cancelled: false, overflowed: false }, values);

function refusePending({ namespace, name }: ReleaseRef, latest: Revision | undefined): void {
  if (!latest?.status.startsWith('pending-')) return;
  const stderr = 'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress';
  throw refusal(`helm upgrade --install of release ${namespace}/${name}`, stderr);
}

async function renderChart(raw: RawKube, release: ReleaseRef, chart: FakeChart, values: Values, upgrade: boolean): Promise<readonly Rendered[]> {
  const lookup: ChartContext['lookup'] = (apiVersion, kind, namespace, name) => raw.get({ apiVersion, kind, name, ...(namespace !== '' && { namespace }) });
  try {
    const objects = await chart.render(merged(chart.values ?? {}, values), { release, isUpgrade: upgrade, lookup });
    return (JSON.parse(JSON.stringify(objects)) as readonly KubeObject[]).map(renderedOf);
  } catch (error) {
    if (isFailure(error, 'Unreachable')) throw error;
    const stderr = `Error: execution error at (${chart.name}/templates/all.yaml:1:1): ${error instanceof Error ? error.message : String(error)}`;
    throw refusal(`rendering of ${chart.name} for release ${release.namespace}/${release.name}`, stderr, values);
  }
}

/** Values of the user over those of the chart; null takes a default away. */
function merged(defaults: Values, wanted: Values): Values {
  const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
  const result: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(wanted)) {
    const below = result[key];
    if (value === null) delete result[key];
    else result[key] = isMap(below) && isMap(value) ? merged(below, value) : value;
  }
  return result;
}

const listed = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function renderedOf(object: KubeObject): Rendered {
  const annotations = object.metadata.annotations ?? {};
  const hooks = listed(annotations['helm.sh/hook']);
  const policies = listed(annotations['helm.sh/hook-delete-policy']);
  return {
    object,
    hooks,
    deletePolicies: hooks.length === 0 ? [] : policies.length > 0 ? policies : ['before-hook-creation'],
    kept: annotations['helm.sh/resource-policy'] === 'keep',
  };
}
