import type { FinalizeInventory } from '../model/finalize.js';
import type { Phase, Plan } from '../model/plan.js';
import { showRef } from '../model/refs.js';
import { proofId, server } from './kustomize-to-helm-databases.js';
import type { TypedStep } from './step.js';

const dropSeconds = 3600;

/** Guide, "Clean-up": drops what a rollback would need, old databases last. Shown and approved by its own hash before anything goes. */
export function planFinalize(found: FinalizeInventory): Plan {
  return {
    kind: 'Finalize',
    title: `Finalize: ${found.title}`,
    locks: found.locks,
    notes: ['After this the run cannot be rolled back', ...(found.early ? [`Before the spec's time, because ${found.early}`] : [])],
    phases: [objects(found), volumes(found), databases(found)]
      .filter(({ steps }) => steps.length > 0)
      .map((phase, index) => (index === 0 ? { ...phase, gate: 'start' as const } : phase)),
  };
}

function objects({ objects: refs }: FinalizeInventory): Phase {
  const steps = refs.map(
    (object): TypedStep => ({
      id: `finalize/delete/${object.kind}/${object.name}`,
      step: 'deleteObject',
      title: `Delete ${showRef(object)}`,
      group: 'delete',
      input: { object },
    }),
  );
  return { id: 'objects', title: 'Delete the old product', steps };
}

function volumes({ volumes: retained }: FinalizeInventory): Phase {
  const steps = retained.map(
    ({ volume, retainedBy }): TypedStep => ({
      id: `finalize/policy/${volume}`,
      step: 'restoreReclaimPolicy',
      title: `Give volume ${volume} its former reclaim policy back`,
      group: 'policy',
      input: { volume, retainedBy },
    }),
  );
  return { id: 'volumes', title: 'Volumes', steps };
}

function databases({ spec }: FinalizeInventory): Phase {
  const steps = spec.databases.flatMap((database, index): readonly TypedStep[] => {
    const at = server(database);
    const drops = database.rename.map(
      ({ from, to }): TypedStep => ({
        id: `finalize/drop/${from}`,
        step: 'dropSourceDatabase',
        title: `Drop the old database ${from}`,
        group: `drop/${index}`,
        input: { server: at, database: from, verifyStep: proofId(to), withinSeconds: dropSeconds },
        withinSeconds: dropSeconds,
      }),
    );
    return [...drops, { id: `finalize/clean/${index}`, step: 'cleanCopies', title: "Forget the copier's markers", input: { server: at } }];
  });
  return { id: 'databases', title: 'Old databases', steps };
}
