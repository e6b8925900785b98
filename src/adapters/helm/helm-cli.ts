import { failure } from '../../errors.js';
import type { ChartRef } from '../../model/refs.js';
import { readValuesText } from '../../values/read-values-text.js';
import type { RawKube } from '../kube/kube.js';
import { chartArgs, installArgs, renderArgs } from './args.js';
import { createHelmCall, type HelmOptions } from './call.js';
import { chartFacts } from './chart-facts.js';
import type { Helm, InstallRequest, Revision } from './helm.js';
import { withHome } from './home.js';
import { localPath, openChart } from './local-chart.js';
import { createReleaseRecords } from './records.js';
import { writeRegistry } from './registry.js';
import { parseRendered } from './render.js';

export type { HelmOptions } from './call.js';

/** Helm as a child process; its records without it, through the API. */
export function createHelmCli(raw: RawKube, options: HelmOptions = {}): Helm {
  const records = createReleaseRecords(raw);
  const call = createHelmCall(options);

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
        const path = await localPath(call, home, chart);
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
    withChart: (chart, work) => withChart(chart, async (home) => work(await openChart(call, home, chart))),
    upgradeInstall,
  };
}
