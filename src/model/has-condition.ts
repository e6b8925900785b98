import type { Condition } from './kube-object.js';

/** Does the object say that it is so: `Ready`, `Complete`? One that says nothing does not. */
export const hasCondition = ({ status }: { readonly status?: { readonly conditions?: readonly Condition[] } }, wanted: string): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === wanted && is === 'True') ?? false;
