import type { KustomizeToHelmSpec as Spec } from '../model/kustomize-to-helm.js';
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

/** Guide, "Rename MongoDB Databases" 2: writers out, copies under the new names with their users, and the proof. Three waves; steps of one run side by side. */
export function databases(spec: Spec): { readonly fences: readonly TypedStep[]; readonly copies: readonly TypedStep[]; readonly proofs: readonly TypedStep[] } {
  const of = (make: (database: Database, index: number) => readonly TypedStep[]) => spec.databases.flatMap(make);
  return {
    fences: of((database, index) => [fence(database, index)]),
    copies: of((database) => database.rename.flatMap((rename) => [copy(database, rename), ...users(database, rename, spec)])),
    proofs: of((database) => database.rename.map((rename) => prove(database, rename))),
  };
}

type Database = Spec['databases'][number];
type Rename = Database['rename'][number];

const fence = (database: Database, index: number): TypedStep => ({
  id: `fence/${index}`,
  step: 'fenceDatabase',
  title: `Shut writers out of ${database.rename.map(({ from }) => from).join(', ')}`,
  group: 'fence',
  input: { server: server(database), databases: database.rename.map(({ from }) => from) },
});

const copy = (database: Database, { from, to }: Rename): TypedStep => ({
  id: copyId(to),
  step: 'copyDatabase',
  title: `Copy ${from} → ${to}`,
  group: 'move',
  input: { server: server(database), from, to, withinSeconds: copySeconds },
  withinSeconds: copySeconds,
});

function users(database: Database, { to, user }: Rename, spec: Spec): readonly TypedStep[] {
  if (!user) return [];
  const input = { server: server(database), database: to, users: [databaseUser(user, spec)] };
  return [{ id: `users/${to}`, step: 'createDatabaseUsers', title: `User ${user.name} of ${to}`, group: 'move', input }];
}

const prove = (database: Database, { from, to }: Rename): TypedStep => ({
  id: proofId(to),
  step: 'verifyDatabase',
  proves: true,
  title: `Prove ${to} equal to ${from}`,
  group: 'prove',
  input: { server: server(database), from, to, copyStep: copyId(to), withinSeconds: copySeconds },
  withinSeconds: copySeconds,
});

type User = NonNullable<Rename['user']>;

/** Passwords stay references; a Secret without a namespace is one of the source's. */
function databaseUser({ name, password, roles }: User, { source }: Spec) {
  const fill = ({ secretRef }: { readonly secretRef: { readonly namespace?: string | undefined; readonly name: string; readonly key: string } }) => ({
    secretRef: { namespace: secretRef.namespace ?? source.namespace, name: secretRef.name, key: secretRef.key },
  });
  return { name, roles, password: 'fromUri' in password ? { fromUri: fill(password.fromUri) } : fill(password) };
}
