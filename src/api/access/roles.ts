import { everywhere } from '../../model/scope.js';

/** From the least to the most: each may what those before it may. */
export const roles = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Grant {
  readonly role: Role;
  readonly namespaces: readonly string[];
}

export interface Subject {
  /** A person, or what speaks for a machine; kept with every verb. */
  readonly name: string;
  /** It previews, starts and reads; nothing else. */
  readonly isMachine: boolean;
  readonly grants: readonly Grant[];
}

const rank = (role: Role): number => roles.indexOf(role);

/** Whether the subject has the role in every one of the namespaces. Of what names none only who has it everywhere. */
export function has({ grants }: Subject, role: Role, namespaces: readonly string[]): boolean {
  const enough = grants.filter((grant) => rank(grant.role) >= rank(role));
  const inAll = enough.some((grant) => grant.namespaces.includes(everywhere));
  return inAll || (namespaces.length > 0 && namespaces.every((namespace) => enough.some((grant) => grant.namespaces.includes(namespace))));
}

/** Those in which the subject has the role; undefined: in all. */
export function namespacesWith({ grants }: Subject, role: Role): readonly string[] | undefined {
  const namespaces = grants.filter((grant) => rank(grant.role) >= rank(role)).flatMap((grant) => grant.namespaces);
  return namespaces.includes(everywhere) ? undefined : [...new Set(namespaces)].sort();
}
