import type { FinalizeInventoryOf } from '../model/finalize.js';
import type { Phase } from '../model/plan.js';
import { showRef } from '../model/refs.js';
import { formerPolicies } from './former-policies.js';
import { proofId, server } from './kustomize-to-helm-databases.js';
import type { TypedStep } from './step.js';

const dropSeconds = 3600;

type Found = FinalizeInventoryOf<'KustomizeToHelm'>;

/** Guide, "Clean-up": drops what a rollback would need, old databases last. */
export const finalizeKustomizeToHelm = (found: Found): readonly Phase[] => [objects(found), formerPolicies(found.volumes), databases(found)];

function objects({ objects: refs }: Found): Phase {
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

function databases({ spec }: Found): Phase {
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
