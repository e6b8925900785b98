import { kindNamed, replaceAt } from '../model/kinds.js';
import type { SpecKinds } from '../model/schema/kinds.js';
import { readSpec } from '../model/schema/read-spec.js';

/** Stands where a file comes along: it will travel as a Secret. */
const placeholder = { secretRef: { namespace: 'rehelm-system', name: 'req', key: 'file' } };

/** InvalidSpec with all that its kind's schema objects to: known without a worker, and before anything is started. */
export function checkSpec(kinds: SpecKinds, spec: unknown, files: readonly { readonly path: readonly string[] }[]): void {
  const whole = files.reduce((held, { path }) => replaceAt(held, path, placeholder), spec);
  kindNamed(spec, kinds);
  const { kind } = spec as { readonly kind: string };
  readSpec(kinds[kind]!.schema, whole);
}
