import type { ConnectRedis, KeyNames, Moved, Redis, RedisFence, RedisKey, RedisServer } from '../../../src/adapters/redis/redis.js';
import { epochKey, keepSeconds } from '../../../src/adapters/redis/redis.js';
import { matchesPattern } from './matches-pattern.js';

export interface StoredKey {
  readonly value: string;
  readonly expiresAtMs?: number;
}

const nameOf = (key: RedisKey): string => key.toString('latin1');

/** A Redis in memory, behind the port; its keys are strings. Held to test/adapters/redis/redis.contract.ts, as the real one is. */
export class FakeRedis {
  readonly keys = new Map<string, StoredKey>();
  server: RedisServer = { make: 'Redis', version: '7.0.15', mode: 'standalone' };
  /** Keys of one round of a search. */
  readonly roundKeys: number;

  constructor(roundKeys = 2) {
    this.roundKeys = roundKeys;
  }

  readonly connect: ConnectRedis = async () => this.#port();

  put(name: string, value: string, seconds?: number): void {
    this.keys.set(name, { value, ...(seconds !== undefined && { expiresAtMs: Date.now() + seconds * 1000 }) });
  }

  #live(name: string): StoredKey | undefined {
    const found = this.keys.get(name);
    if (found?.expiresAtMs === undefined || found.expiresAtMs > Date.now()) return found;
    this.keys.delete(name);
    return undefined;
  }

  #rename(from: string, to: string): void {
    this.keys.set(to, this.keys.get(from)!);
    this.keys.delete(from);
  }

  #keepNewer(from: string, to: string): void {
    this.#rename(from, to);
    const [kept, most] = [this.keys.get(to)!, Date.now() + keepSeconds * 1000];
    this.keys.set(to, { ...kept, expiresAtMs: Math.min(kept.expiresAtMs ?? most, most) });
  }

  #epoch = (run: string): number => Number(this.#live(epochKey(run))?.value ?? 0);

  #fenced<T>({ run, epoch }: RedisFence, act: () => T): T | 'superseded' {
    return this.#epoch(run) === epoch ? act() : 'superseded';
  }

  #setAside({ key, aside, newer }: KeyNames): Moved {
    const [from, to, beside] = [key, aside, newer].map(nameOf) as [string, string, string];
    if (!this.#live(from)) return 'gone';
    if (this.#live(to)) {
      this.#keepNewer(from, beside);
      return 'newer';
    }
    this.#rename(from, to);
    return 'moved';
  }

  #putBack({ key, aside, newer }: KeyNames): Moved {
    const [to, from, beside] = [key, aside, newer].map(nameOf) as [string, string, string];
    if (!this.#live(from)) return 'gone';
    const isTaken = this.#live(to) !== undefined;
    if (isTaken) this.#keepNewer(to, beside);
    this.#rename(from, to);
    return isTaken ? 'newer' : 'moved';
  }

  #scan(cursor: string, pattern: string): { readonly cursor: string; readonly keys: readonly RedisKey[] } {
    const names = [...this.keys.keys()].filter((name) => this.#live(name)).toSorted();
    const from = Number(cursor);
    const next = from + this.roundKeys;
    const round = names.slice(from, next).filter((name) => matchesPattern(name, pattern));
    return { cursor: String(next < names.length ? next : 0), keys: round.map((name) => Buffer.from(name, 'latin1')) };
  }

  #port(): Redis {
    return {
      describe: async () => this.server,
      scan: async (cursor, pattern) => this.#scan(cursor, Buffer.from(pattern as string).toString('latin1')),
      raiseEpoch: async ({ run, epoch }) => {
        const now = this.#epoch(run);
        if (now <= epoch) this.put(epochKey(run), String(epoch), keepSeconds);
        return Math.max(now, epoch);
      },
      epoch: async (run) => this.#epoch(run),
      setAside: async (fence, names) => this.#fenced(fence, () => this.#setAside(names)),
      putBack: async (fence, names) => this.#fenced(fence, () => this.#putBack(names)),
      drop: async (fence, keys) => this.#fenced(fence, () => keys.filter((key) => this.keys.delete(nameOf(key))).length),
      forget: async (fence) => void this.#fenced(fence, () => this.keys.delete(epochKey(fence.run))),
      close: async () => undefined,
    };
  }
}
