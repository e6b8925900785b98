import { systemNamespace } from '../../model/act.js';
import type { DatabaseUpgradeInventory, DatabaseUpgradeSpec } from '../../model/database-upgrade.js';
import { type AccessNeed, edit, needs, objectNeeds, own, read, write } from './check-access.js';
import { volumesAccess, writersAccess } from './copy-access.js';

/** What the worker must be allowed to do for an upgrade in place. */
export const upgradeAccess = (
  { volume: { claim }, wayBack, writers }: DatabaseUpgradeSpec,
  { owners }: Pick<DatabaseUpgradeInventory, 'owners'>,
): readonly AccessNeed[] => [
  ...needs('journal and locks', systemNamespace, own),
  ...writersAccess(writers.namespace),
  ...needs('the Jobs that have the volume', claim.namespace, [
    ['', 'persistentvolumeclaims', ['get']],
    ['', 'configmaps', write],
    ['', 'secrets', write],
    ['batch', 'jobs', write],
    ['', 'pods', read],
    ['', 'pods/log', ['get']],
    ['', 'events', ['list']],
  ]),
  ...volumesAccess,
  ...('claim' in wayBack
    ? needs('what there is to come back to', wayBack.claim.namespace, [
        ['', 'persistentvolumeclaims', ['get']],
        ['', 'pods', ['list']],
      ])
    : needs('what there is to come back to', wayBack.volumeSnapshot.namespace, [['snapshot.storage.k8s.io', 'volumesnapshots', ['get']]])),
  ...objectNeeds('who would work against the run, suspended', owners, edit),
];
