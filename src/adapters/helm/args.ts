import type { ChartRef, ReleaseRef } from '../../model/refs.js';
import type { InstallRequest } from './helm.js';

/** Helm's `-f -`: values come through standard input and touch neither disk nor argument list. */
const valuesFromInput = ['-f', '-'] as const;

export const chartArgs = ({ chart, version, plainHttp }: ChartRef): readonly string[] => [chart, '--version', version, ...(plainHttp ? ['--plain-http'] : [])];

/**
 * A dry run of the very command that installs, so that `lookup`, `.Capabilities` and `.Release.IsUpgrade` are what they will be
 * (`helm template` of Helm 3 knows no capabilities of the cluster). With --take-ownership, which a dry run does not act on: objects that still
 * belong to somebody else are a matter of the steps and do not stop the rendering.
 */
export const renderArgs = (release: ReleaseRef, chart: ChartRef): readonly string[] => [
  'upgrade',
  '--install',
  release.name,
  ...chartArgs(chart),
  '--namespace',
  release.namespace,
  '--dry-run=server',
  '--take-ownership',
  '--reset-values',
  '--output',
  'json',
  ...valuesFromInput,
];

/** Rendering without a cluster; what `lookup` finds, and what APIs there are, is made up. */
export const templateArgs = (path: string, { apis, skipSchemas }: { readonly apis?: readonly string[]; readonly skipSchemas: boolean }): readonly string[] => [
  'template',
  'release',
  path,
  '--namespace',
  'namespace',
  ...(skipSchemas ? ['--skip-schema-validation'] : []),
  ...(apis ? ['--is-upgrade'] : []),
  ...(apis ?? []).flatMap((api) => ['--api-versions', api]),
  ...valuesFromInput,
];

/**
 * Helm 4 applies on the server, and refuses a field of an adopted object that another manager set to something else, such as the subjects that
 * `kubectl apply` gave a ClusterRoleBinding; on a first install it ignores --force-conflicts. Applied by the client, as Helm 3 does, it is taken over.
 */
const byClient = (helmVersion: string): readonly string[] => (/^v?3\./.test(helmVersion) ? [] : ['--server-side=false']);

/**
 * Without --wait (readiness is ours, with the pods' reasons), without --atomic (it uninstalls a first install, claims included), and
 * without a limit of the history: an older record that Helm drops could not be put back by an undo.
 */
export const installArgs = ({ release, chart, labels, timeoutSeconds, description, noHooks }: InstallRequest, helmVersion: string): readonly string[] => [
  'upgrade',
  '--install',
  release.name,
  ...chartArgs(chart),
  '--namespace',
  release.namespace,
  '--reset-values',
  ...byClient(helmVersion),
  '--history-max',
  '0',
  '--timeout',
  `${timeoutSeconds}s`,
  '--description',
  description,
  ...labelArgs(labels),
  ...(noHooks ? ['--no-hooks'] : []),
  ...valuesFromInput,
];

function labelArgs(labels: InstallRequest['labels']): readonly string[] {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? [] : ['--labels', pairs.join(',')];
}
