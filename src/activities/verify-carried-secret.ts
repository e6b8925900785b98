import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Secret } from '../model/kube-object.js';
import { showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import type { CarriedSecret } from './carry-secret.js';
import { hashSecret, type SecretHash } from './objects/hash-secret.js';
import { coreRef, type NamespacedName } from './objects/namespaced-name.js';
import { runKey } from './runs/run-key.js';

export interface VerifyCarriedSecretInput {
  readonly to: NamespacedName;
  /** Id of the carrySecret step. */
  readonly carriedBy: string;
  /** Keys beside the carried ones are nobody's mistake. */
  readonly mayHaveMore?: true;
}

export interface VerifiedSecret {
  readonly name: string;
  readonly keys: readonly string[];
}

/** After the install: a chart's template or hook may have written over what was carried. */
export function verifyCarriedSecret({ kube, journal }: Pick<Adapters, 'kube' | 'journal'>) {
  async function noted(act: Act, carriedBy: string): Promise<CarriedSecret> {
    const result = (await journal.find(act.run, carriedBy))?.result;
    if (!isCarried(result)) throw failure('NotFound', `step ${carriedBy} noted no hashes, so there is nothing to compare with: it was skipped or did not end`);
    return result;
  }

  return {
    async captureVerifyCarriedSecret(): Promise<Record<string, never>> {
      return {};
    },

    /** VerifyMismatch, with the names of the keys that differ, where the Secret is not what carrySecret noted. */
    async verifyCarriedSecret({ to, carriedBy, mayHaveMore }: VerifyCarriedSecretInput, act: Act): Promise<VerifiedSecret> {
      const ref = coreRef('Secret', to);
      const expected = await noted(act, carriedBy);
      const found = await kube.get<Secret>(ref);
      if (!found) throw failure('VerifyMismatch', `${showRef(ref)} is not there any more`);
      const differences = compare(expected, hashSecret(await runKey(journal, act), mayHaveMore ? onlyKeys(found, expected.keys) : found));
      if (differences.length > 0) throw failure('VerifyMismatch', `${showRef(ref)} is not what was carried: ${differences.join(', ')}`);
      return { name: to.name, keys: expected.keys };
    },

    /** Nothing: it only reads, so there is nothing to put back. */
    async undoVerifyCarriedSecret(_captured: Record<string, never>, _act: Act): Promise<void> {},
  };
}

const onlyKeys = (secret: Secret, keys: readonly string[]): Secret => ({
  ...secret,
  data: Object.fromEntries(Object.entries(secret.data ?? {}).filter(([key]) => keys.includes(key))),
});

const isCarried = (result: unknown): result is CarriedSecret => typeof result === 'object' && result !== null && 'hash' in result && 'hashes' in result;

function compare(expected: SecretHash, found: SecretHash): readonly string[] {
  if (expected.hash === found.hash) return [];
  const [before, now] = [expected, found].map(({ keys, hashes }) => new Map(keys.map((key, index) => [key, hashes[index]])));
  const changed = expected.keys.filter((key) => before?.get(key) !== now?.get(key)).map((key) => (now?.has(key) ? `${key} differs` : `${key} is missing`));
  const added = found.keys.filter((key) => !before?.has(key)).map((key) => `${key} was added`);
  return changed.length + added.length > 0 ? [...changed, ...added] : ['its type differs'];
}
