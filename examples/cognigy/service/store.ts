/** What a client hands in: an id of its own choice, so that a repeated write is known as one. */
export type Item = { readonly id: string; readonly value: string };

/** One thing a service keeps data in. Every failure is an exception whose text holds no secret. */
export type Store = {
  readonly name: string;
  /** Proves the way there and back: a ping and a read, never a write. A starting product must leave its data as it found it. */
  readonly check: () => Promise<void>;
  readonly count: () => Promise<number>;
  /** Safe to repeat. Resolves when the store has acknowledged the write. */
  readonly write: (item: Item) => Promise<void>;
  readonly has: (id: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
};
