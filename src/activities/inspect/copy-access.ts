import { systemNamespace } from '../../model/act.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { DatabaseServerSpec } from '../../model/schema/database-server.js';
import { type AccessNeed, edit, needs, objectNeeds, own, read } from './check-access.js';

/** Of whatever asks database servers by Jobs. */
export const serverAccess = (...servers: readonly DatabaseServerSpec[]): readonly AccessNeed[] => [
  ...needs('journal, locks and copier Jobs', systemNamespace, own),
  ...[...new Set(servers.map(({ at }) => at.admin.secretRef.namespace))].flatMap((namespace) =>
    needs("the database administrator's credentials", namespace, [['', 'secrets', ['get']]]),
  ),
];

/** What the worker must be allowed to do for a copy. */
export const copyAccess = ({ source, target, writers }: DatabaseCopySpec, { owners }: Pick<DatabaseCopyInventory, 'owners'>): readonly AccessNeed[] => [
  ...serverAccess(source, target),
  ...(writers ? ofWriters(writers.namespace) : []),
  ...objectNeeds('who would work against the run, suspended', owners, edit),
];

const ofWriters = (namespace: string): readonly AccessNeed[] =>
  needs('who writes to the databases: found and stopped', namespace, [
    ['apps', 'deployments', edit],
    ['apps', 'statefulsets', edit],
    ['apps', 'daemonsets', ['list']],
    ['', 'pods', read],
  ]);
