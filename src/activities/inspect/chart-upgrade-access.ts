import { systemNamespace } from '../../model/act.js';
import type { ChartUpgradeInventory, ChartUpgradeSpec } from '../../model/chart-upgrade.js';
import { type AccessNeed, edit, needs, objectNeeds, ofTarget, own, read, write } from './check-access.js';
import { volumesAccess } from './copy-access.js';

/** What the worker must be allowed to do where a release is replaced by its next one. */
export const chartUpgradeAccess = (
  { source: { namespace } }: { readonly source: Pick<ChartUpgradeSpec['source'], 'namespace'> },
  { owners }: Pick<ChartUpgradeInventory, 'owners'>,
): readonly AccessNeed[] => [
  ...needs('journal, locks, request files and copier Jobs', systemNamespace, own),
  ...needs('the release: found, held, stopped, uninstalled, installed anew', namespace, ofTarget),
  ...needs('how the release is found, and its data dumped and read', namespace, [
    ['discovery.k8s.io', 'endpointslices', ['list']],
    ['networking.k8s.io', 'networkpolicies', write],
    ['batch', 'jobs', write],
    ['apps', 'daemonsets', ['list']],
    ['policy', 'poddisruptionbudgets', read],
  ]),
  ...volumesAccess,
  ...needs('volumes let go of by their nodes', undefined, [['storage.k8s.io', 'volumeattachments', ['list']]]),
  ...objectNeeds('who would work against the run, suspended', owners, edit),
];
