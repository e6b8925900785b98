import type { RedisKey } from '../../adapters/redis/redis.js';
import { type CountedKeys, mostKeysKnown } from '../../model/copier-redis.js';
import { isOurs } from './key-names.js';
import { type SearchPart, searchKeys } from './search-keys.js';

/** Keys by pattern, each once; as text that stands for bytes, so that equal names are equal. */
export class FoundKeys {
  readonly #patterns: ReadonlyMap<string, Set<string>>;
  readonly #keys = new Set<string>();

  constructor(patterns: readonly string[]) {
    this.#patterns = new Map(patterns.map((pattern) => [pattern, new Set<string>()]));
  }

  add(pattern: string, key: RedisKey): void {
    const name = key.toString('latin1');
    this.#keys.add(name);
    this.#patterns.get(pattern)?.add(name);
  }

  addAll(others: FoundKeys): void {
    for (const [pattern, names] of others.#patterns) for (const name of names) this.add(pattern, Buffer.from(name, 'latin1'));
  }

  remove(key: RedisKey): void {
    const name = key.toString('latin1');
    for (const keys of [this.#keys, ...this.#patterns.values()]) keys.delete(name);
  }

  has(key: RedisKey): boolean {
    return this.#keys.has(key.toString('latin1'));
  }

  get keys(): readonly RedisKey[] {
    return [...this.#keys].map((name) => Buffer.from(name, 'latin1'));
  }

  get isFull(): boolean {
    return this.#keys.size > mostKeysKnown;
  }

  get counted(): CountedKeys {
    const patterns = [...this.#patterns].map(([pattern, keys]) => ({ pattern, keys: keys.size }));
    return { patterns, keys: this.#keys.size, ...(this.isFull && { andMore: true }) };
  }
}

/** The keys that match, but for what rehelm itself keeps there. Ends early where there are more than anybody may mean. */
export async function findKeys(part: SearchPart, patterns: readonly string[]): Promise<FoundKeys> {
  const found = new FoundKeys(patterns);
  for (const pattern of patterns) await findMatching(part, pattern, found);
  return found;
}

async function findMatching(part: SearchPart, pattern: string, found: FoundKeys): Promise<void> {
  for await (const keys of searchKeys(part, pattern)) {
    if (found.isFull) return;
    for (const key of keys.filter((each) => !isOurs(each))) found.add(pattern, key);
  }
}
