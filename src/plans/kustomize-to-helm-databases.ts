import type { KustomizeToHelmSpec as Spec } from '../model/kustomize-to-helm.js';
import type { Phase } from '../model/plan.js';
import type { TypedStep } from './step.js';

/** A copy runs as long as it makes progress; this ends one that doesn't. */
export const copySeconds = 86_400;

export const server = ({ at }: Spec['databases'][number]) => ({
  host: `${at.service.name}.${at.service.namespace}.svc:${at.port}`,
  admin: at.admin,
});

/** The step that proved a copy equal: what a finalize drops by. */
export const proofId = (to: string) => `verify/${to}`;
export const copyId = (to: string) => `copy/${to}`;

/** Guide, "Rename MongoDB Databases" 2: under the new names, with their users, proved equal. */
export function databases(spec: Spec): Phase {
  const steps = spec.databases.flatMap((database, index) => {
    const at = server(database);
    const { rename } = database;
    const fence: TypedStep = {
      id: `fence/${index}`,
      step: 'fenceDatabase',
      title: `Shut writers out of ${rename.map(({ from }) => from).join(', ')}`,
      input: { server: at, databases: rename.map(({ from }) => from) },
    };
    const copies = rename.map(
      ({ from, to }): TypedStep => ({
        id: copyId(to),
        step: 'copyDatabase',
        title: `Copy ${from} → ${to}`,
        group: `copy/${index}`,
        input: { server: at, from, to, withinSeconds: copySeconds },
        withinSeconds: copySeconds,
      }),
    );
    const users = rename.flatMap(({ to, user }): readonly TypedStep[] =>
      user
        ? [
            {
              id: `users/${to}`,
              step: 'createDatabaseUsers',
              title: `User ${user.name} of ${to}`,
              group: `users/${index}`,
              input: { server: at, database: to, users: [databaseUser(user, spec)] },
            },
          ]
        : [],
    );
    const proofs = rename.map(
      ({ from, to }): TypedStep => ({
        id: proofId(to),
        step: 'verifyDatabase',
        title: `Prove ${to} equal to ${from}`,
        group: `verify/${index}`,
        input: { server: at, from, to, copyStep: copyId(to), withinSeconds: copySeconds },
        withinSeconds: copySeconds,
      }),
    );
    return [fence, ...copies, ...users, ...proofs];
  });
  return { id: 'databases', title: 'Databases', steps };
}

type User = NonNullable<Spec['databases'][number]['rename'][number]['user']>;

/** Passwords stay references; a Secret without a namespace is one of the source's. */
function databaseUser({ name, password, roles }: User, { source }: Spec) {
  const fill = ({ secretRef }: { readonly secretRef: { readonly namespace?: string | undefined; readonly name: string; readonly key: string } }) => ({
    secretRef: { namespace: secretRef.namespace ?? source.namespace, name: secretRef.name, key: secretRef.key },
  });
  return { name, roles, password: 'fromUri' in password ? { fromUri: fill(password.fromUri) } : fill(password) };
}
