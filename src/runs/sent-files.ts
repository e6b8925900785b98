import type { RequestFiles } from '../adapters/request-files/request-files.js';
import { replaceAt } from '../model/kinds.js';
import type { SecretKeyRef } from '../model/refs.js';
import type { NamedFile } from './runs.js';

/** Files of a request, as Secrets in the cluster: the spec that travels names them. */
export class SentFiles {
  readonly #store: () => Promise<RequestFiles>;

  /** `store` connects to the cluster; called only where there are files. */
  constructor(store: () => Promise<RequestFiles>) {
    this.#store = store;
  }

  async put(name: string, content: NamedFile['content']): Promise<SecretKeyRef> {
    return (await this.#store()).put(name, content);
  }

  /** The spec with each file replaced by where it lies. */
  async send(spec: unknown, files: readonly NamedFile[]): Promise<{ readonly spec: unknown; readonly refs: readonly SecretKeyRef[] }> {
    if (files.length === 0) return { spec, refs: [] };
    const store = await this.#store();
    const sent = await Promise.all(files.map(async ({ path, name, content }) => ({ path, secretRef: await store.put(name, content) })));
    return { spec: sent.reduce((held, { path, secretRef }) => replaceAt(held, path, { secretRef }), spec), refs: sent.map(({ secretRef }) => secretRef) };
  }

  /** They are this run's: they live as long as it needs them. */
  async claim(refs: readonly SecretKeyRef[], run: string): Promise<void> {
    if (refs.length === 0) return;
    const store = await this.#store();
    await Promise.all(refs.map((ref) => store.claim(ref, run)));
  }
}
