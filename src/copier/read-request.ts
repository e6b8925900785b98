import { readFile } from 'node:fs/promises';
import { failure } from '../errors.js';
import type { CopierRequest } from '../model/copier.js';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, and with it perhaps a password.
    throw failure('Invalid', 'The request is no JSON.');
  }
}

const isRequest = (value: unknown): value is CopierRequest =>
  typeof value === 'object' && value !== null && 'engine' in value && 'verb' in value && 'at' in value && typeof value.at === 'object' && value.at !== null;

/** The request file as the worker wrote it: its own types are trusted, a wrong file is not. */
export async function readRequest(path: string): Promise<CopierRequest> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw failure('Invalid', `The request ${path} can't be read. Is its Secret mounted?`);
  });
  const request = parse(text);
  if (!isRequest(request)) throw failure('Invalid', 'The request needs `engine`, `verb` and `at`.');
  return request;
}
