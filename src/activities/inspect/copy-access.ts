import { systemNamespace } from '../../model/act.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { DatabaseServerSpec } from '../../model/schema/database-server.js';
import { type AccessNeed, edit, needs, objectNeeds, own, read, write } from './check-access.js';

/** Of whatever asks database servers by Jobs. */
export const serverAccess = (...servers: readonly DatabaseServerSpec[]): readonly AccessNeed[] => [
  ...needs('journal, locks and copier Jobs', systemNamespace, own),
  ...[...new Set(servers.map(({ at }) => at.admin.secretRef.namespace))].flatMap((namespace) =>
    needs("the database administrator's credentials", namespace, [['', 'secrets', ['get']]]),
  ),
];

/** What the worker must be allowed to do for a copy. */
export const copyAccess = ({ source, target, writers, volume }: DatabaseCopySpec, { owners }: Pick<DatabaseCopyInventory, 'owners'>): readonly AccessNeed[] => [
  ...serverAccess(source, target),
  ...(writers ? writersAccess(writers.namespace) : []),
  ...(volume ? ofVolume(volume.claim.namespace) : []),
  ...objectNeeds('who would work against the run, suspended', owners, edit),
];

export const writersAccess = (namespace: string): readonly AccessNeed[] =>
  needs('who writes to the databases: found and stopped', namespace, [
    ['apps', 'deployments', edit],
    ['apps', 'statefulsets', edit],
    ['apps', 'daemonsets', ['list']],
    ['', 'pods', read],
  ]);

export const volumesAccess = needs('the volume itself', undefined, [['', 'persistentvolumes', edit]]);

const ofVolume = (namespace: string): readonly AccessNeed[] => [
  ...needs("the run's own server over the volume of the old one", namespace, [
    ['', 'persistentvolumeclaims', ['get']],
    ['', 'services', write],
    ['', 'secrets', write],
    ['apps', 'statefulsets', write],
    ['networking.k8s.io', 'networkpolicies', write],
    ['batch', 'jobs', write],
    ['', 'pods', read],
    ['', 'pods/log', ['get']],
    ['', 'events', ['list']],
  ]),
  ...volumesAccess,
];
