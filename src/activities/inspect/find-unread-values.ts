import type { Helm } from '../../adapters/helm/helm.js';
import type { MigratedValues } from '../../model/chart-upgrade.js';
import type { ChartRef } from '../../model/refs.js';
import { checkSchemas, showSchemaProblem } from '../../values/check-schema.js';
import { mapProblems } from '../../values/map-problems.js';
import { findUnread, type UnreadKey } from '../../values/unread/find-unread.js';
import type { Prepared } from '../release/prepared-values.js';
import type { Problems } from './problems.js';

const place = 'target.values';

/** `installed`: the version of the chart that the release has. What the new chart makes of the values: schemas, and keys that it does not read. Undefined where it does not render with them. */
export async function findUnreadValues(
  helm: Pick<Helm, 'withChart'>,
  { chart, installed }: { readonly chart: ChartRef; readonly installed: string },
  { values, changes, map }: Prepared,
  problems: Problems,
): Promise<MigratedValues | undefined> {
  return problems.attempt(place, () =>
    helm.withChart(chart, async (local) => {
      for (const problem of map ? mapProblems(map, local, installed) : []) problems.add('target.values.migrate', problem);
      for (const problem of checkSchemas(values, local.defaults, local.schemas).problems) problems.add(place, showSchemaProblem(problem));
      const { unread, dormant } = await findUnread(values, local);
      return { changes, unread: unread.map(told), dormant: dormant.map((key) => `${told(key)}; it wakes with ${key.wokenBy}`) };
    }),
  );
}

const told = ({ path, suggestion }: UnreadKey): string => (suggestion === undefined ? path : `${path} (${suggestion} may be meant)`);
