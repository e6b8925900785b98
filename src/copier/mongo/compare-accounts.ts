import { BSON, type Document } from 'mongodb';
import type { AccountNames } from '../../model/copier-mongo.js';
import { type AccountKind, accountKinds, moveAccounts, nameOf, type StoredAccounts } from './accounts.js';

const titles = { users: 'User', roles: 'Role' } as const;

/** What makes an account what it is, and how a difference in it is called. Roles and privileges count in any order. */
const parts: readonly { readonly fields: readonly string[]; readonly called: string; readonly anyOrder?: true }[] = [
  { fields: ['roles'], called: 'other roles', anyOrder: true },
  { fields: ['privileges'], called: 'other privileges', anyOrder: true },
  { fields: ['credentials'], called: 'another password or mechanism' },
  { fields: ['customData', 'authenticationRestrictions'], called: 'other custom data or restrictions' },
];

const text = (value: unknown): string => BSON.EJSON.stringify({ value }, { relaxed: false });

function show(account: Document, fields: readonly string[], anyOrder: boolean | undefined): string {
  const values = fields.map((field) => account[field]);
  return anyOrder ? values.flatMap((value) => ((value ?? []) as readonly unknown[]).map(text).toSorted()).join('\n') : values.map(text).join('\n');
}

function compareOne(title: string, source: Document | undefined, target: Document | undefined): readonly string[] {
  if (!source || !target) return source || target ? [`${title}: only in the ${source ? 'source' : 'target'}.`] : [`${title}: on neither side.`];
  return parts.filter(({ fields, anyOrder }) => show(source, fields, anyOrder) !== show(target, fields, anyOrder)).map(({ called }) => `${title}: ${called}.`);
}

/** The accounts that were made, as they are on both sides; one sentence for each difference, without what passwords are checked by. */
export function compareAccounts(
  source: StoredAccounts,
  target: StoredAccounts,
  names: AccountNames,
  { from, to }: { from: string; to: string },
): readonly string[] {
  const moved = moveAccounts(source, from, to);
  const find = (accounts: StoredAccounts, kind: AccountKind, name: string) => accounts[kind].find((one) => nameOf(kind, one) === name);
  return accountKinds.flatMap((kind) =>
    names[kind].flatMap((name) => compareOne(`${titles[kind]} ${name}`, find(moved, kind, name), find(target, kind, name))),
  );
}
