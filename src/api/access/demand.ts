import { everywhere } from '../../model/scope.js';
import { Refusal } from '../refusal.js';
import { has, type Role, type Subject } from './roles.js';

/** NotAllowed where the subject lacks the role somewhere, or is a machine and this is a person's. */
export function demand(subject: Subject, role: Role, namespaces: readonly string[], { person = false } = {}): void {
  if (person && subject.isMachine) throw new Refusal('NotAllowed', `${subject.name} is a machine: it may preview, start and read.`);
  if (has(subject, role, namespaces)) return;
  const where = namespaces.length > 0 ? namespaces.join(', ') : everywhere;
  throw new Refusal('NotAllowed', `${subject.name} needs the role ${role} in every one of: ${where}.`);
}
