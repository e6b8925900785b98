import type { LocalCharts } from '../adapters/helm/local-charts.js';
import { isFailure } from '../errors.js';
import type { ChartRef } from '../model/refs.js';
import type { ValuesMap } from '../model/values-map.js';
import { checkSchemas, showSchemaProblem } from '../values/check-schema.js';
import { mapProblems } from '../values/map-problems.js';
import { readSource } from '../values/source.js';
import { findUnread, type UnreadReport } from '../values/unread/find-unread.js';
import { CliError } from './cli-error.js';
import { exitCodes } from './exit-codes.js';

export interface ChartAsked {
  readonly ref: ChartRef;
  /** Whose chart it must be. */
  readonly map?: ValuesMap;
}

export interface Verdict {
  readonly isWell: boolean;
  readonly chart: string;
  /** Of schemas and of rendering. */
  readonly problems: readonly { readonly message: string; readonly line?: number }[];
  /** Absent where the chart does not render with the values. */
  readonly keys?: UnreadReport;
}

/** Holds the values against the chart: name and version, schemas, rendering, keys. Refused where the text is no values file. */
export async function checkValues(charts: LocalCharts, text: string, { ref, map }: ChartAsked): Promise<Verdict> {
  const read = readSource(text);
  if ('refusals' in read)
    throw new CliError(read.refusals.map(({ line = 1, message }) => `line ${line}: ${message}`).join('\n'), { exitCode: exitCodes.refused });
  const { values, placeOf } = read.source;
  return charts.withChart(ref, async (local) => {
    const { problems: ofSchema, notRead } = checkSchemas(values, local.defaults, local.schemas);
    const told = ofSchema.map((problem) => ({ message: showSchemaProblem(problem), line: placeOf(problem.path).line }));
    // Helm's own word only where it would not be the second one.
    const ofHelm = told.length > 0 ? [] : await refusals(() => (notRead.length > 0 ? local.validate(values) : local.template(values)));
    const problems = [...(map ? mapProblems(map, local) : []).map((message) => ({ message })), ...told, ...ofHelm];
    const keys = ofHelm.length > 0 ? undefined : await findUnread(values, local, { lineOf: (path) => placeOf(path).line }).catch(refusedIn(problems));
    return { isWell: problems.length === 0 && keys?.unread.length === 0, chart: `${local.name} ${local.version}`, problems, ...(keys && { keys }) };
  });
}

async function refusals(ask: () => Promise<unknown>): Promise<readonly { readonly message: string }[]> {
  try {
    await ask();
    return [];
  } catch (error) {
    if (isFailure(error, 'HelmFailed')) return [{ message: error.message }];
    throw error;
  }
}

/** With values that a schema refuses a chart may fail to render; that is no second problem. */
const refusedIn =
  (problems: readonly unknown[]) =>
  (error: unknown): undefined => {
    if (problems.length === 0 || !isFailure(error, 'HelmFailed')) throw error;
  };
