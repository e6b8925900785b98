import type { PostgresServerRef } from '../model/database-refs.js';
import type { Phase } from '../model/plan.js';
import { type ObjectRef, showRef } from '../model/refs.js';
import { replacedName } from './database-restore.js';
import type { TypedStep } from './step.js';

const dropSeconds = 3600;

/** What the new chart had made under a database's name, and the copier's notes beside it. */
export const dropReplaced = (name: string, server: PostgresServerRef): readonly TypedStep[] => [
  {
    id: `finalize/drop/${name}`,
    step: 'dropReplacedDatabase',
    title: `Drop ${replacedName(name)}, which the chart had made as ${name}`,
    input: { server, database: replacedName(name), withinSeconds: dropSeconds },
    withinSeconds: dropSeconds,
  },
  { id: `finalize/clean/${name}`, step: 'cleanCopies', title: `Forget the copier's notes beside ${name}`, input: { server } },
];

/** Their volumes have their former policies by now, and go with them where those say so. */
export const dropClaims = (refs: readonly ObjectRef[]): Phase => ({
  id: 'claims',
  title: 'Old volumes and dumps',
  steps: refs.map(
    (object): TypedStep => ({
      id: `finalize/delete/${object.kind}/${object.name}`,
      step: 'deleteObject',
      title: `Delete ${showRef(object)}`,
      group: 'delete',
      input: { object },
    }),
  ),
});
