import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { replacedName } from './database-restore.js';
import { databaseServer } from './database-server.js';
import type { TypedStep } from './step.js';

const dropSeconds = 3600;

/** What was replaced goes, then the run's own notes. The backup is nobody's business here. */
export function finalizeDatabaseRestore({ spec, replaced }: FinalizeInventoryOf<'DatabaseRestore'>): readonly Phase[] {
  const server = databaseServer(spec.server);
  const drops =
    server.engine === 'postgresql'
      ? replaced.map(
          (name): TypedStep => ({
            id: `finalize/drop/${name}`,
            step: 'dropReplacedDatabase',
            title: `Drop ${replacedName(name)}, which was ${name} before the restore`,
            group: 'drop',
            input: { server, database: replacedName(name), withinSeconds: dropSeconds },
            withinSeconds: dropSeconds,
          }),
        )
      : [];
  const clean: TypedStep = { id: 'finalize/clean', step: 'cleanCopies', title: "Forget the copier's notes", input: { server } };
  return [
    { id: 'databases', title: 'Replaced databases', steps: drops },
    { id: 'notes', title: 'Notes', steps: [clean] },
  ];
}
