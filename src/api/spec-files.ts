import type { NamedFile } from '../runs/runs.js';

/** Files of a request as the port takes them. */
export const filesOf = (files: readonly { readonly path: readonly string[]; readonly name: string; readonly content: string }[]): readonly NamedFile[] =>
  files.map(({ content, ...file }) => ({ ...file, content: Buffer.from(content) }));
