import { types } from 'node:util';
import { ApplicationFailure } from '@temporalio/common';

const { isNativeError } = types;

interface Pattern {
  readonly find: RegExp;
  readonly put: string;
}

const secretWord = `(?:password|passwd|passphrase|pwd|client[-_]?secret|secret[-_]?key|api[-_]?key|access[-_]?key|private[-_]?key)`;
const quoted = String.raw`"(?:[^"\\]|\\.)*"|'[^']*'`;

/** Nothing else looks like this. */
const certain: readonly Pattern[] = [
  { find: /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, put: '…' },
  { find: /\bAGE-SECRET-KEY-1[0-9A-Z]+/gi, put: '…' },
  // A password may hold anything but blanks, "@" included: up to the last one.
  { find: /(\b[a-z][a-z0-9+.-]*:\/\/[^\s:@/"']*:)[^\s"']+@/gi, put: '$1…@' },
  { find: new RegExp(String.raw`(${secretWord}["']?\s*=\s*)(?:${quoted}|[^\s,;&"')}\]]+)`, 'gi'), put: '$1…' },
  { find: /\b(Bearer\s+)[\w.~+/=-]{8,}/gi, put: '$1…' },
  { find: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, put: '…' },
  { find: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, put: '…' },
  { find: /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,})/g, put: '…' },
];

/** In a driver's or a program's words rather a word too many than a password. In a plan they would be names: `redis.password: same`. */
const likely: readonly Pattern[] = [
  { find: /((?:token|secret)["']?\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;&"')}\]]+)/gi, put: '$1…' },
  { find: new RegExp(String.raw`(${secretWord}["']?\s*:\s*)(?:${quoted}|[^\s,;&"')}\]{[]+)`, 'gi'), put: '$1…' },
  { find: /("(?:auth|token|secret|identitytoken)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi, put: '$1"…"' },
  { find: /\b([Bb]asic\s+)(?=[A-Za-z0-9+/]*[A-Z0-9=])[A-Za-z0-9+/]{8,}={0,2}/g, put: '$1…' },
];

/** A field of exactly this name holds a secret, whatever its text looks like. Names of Secrets are keys, too, so no endings. */
const secretField = new RegExp(`^(?:${secretWord}|token)$`, 'i');

const replaceAll = (text: string, patterns: readonly Pattern[]) => patterns.reduce((rest, { find, put }) => rest.replace(find, put), text);

/** Foreign words (of errors, of logs) without what looks like a secret. */
export const redactText = (text: string): string => replaceAll(text, [...certain, ...likely]);

export interface Redacted {
  readonly value: unknown;
  /** Where something was taken out, as `a.b[0].c`. */
  readonly paths: readonly string[];
}

/** Plain JSON without what looks like a secret. What needs no change is the same object. */
export function redactValue(value: unknown): Redacted {
  const paths: string[] = [];
  return { value: redactAt(value, '', paths), paths };
}

function redactAt(value: unknown, path: string, paths: string[]): unknown {
  if (typeof value === 'string') return note(value, replaceAll(value, certain), path, paths);
  if (Array.isArray(value))
    return unlessSame(
      value,
      value.map((item, index) => redactAt(item, `${path}[${index}]`, paths)),
    );
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  const entries = Object.entries(value).map(([name, held]) => [name, redactField(name, held, path === '' ? name : `${path}.${name}`, paths)] as const);
  return entries.every(([name, held]) => Reflect.get(value, name) === held) ? value : Object.fromEntries(entries);
}

function redactField(name: string, held: unknown, path: string, paths: string[]): unknown {
  if (typeof held === 'string' && held !== '' && secretField.test(name)) return note(held, '…', path, paths);
  return redactAt(held, path, paths);
}

function note(before: string, after: string, path: string, paths: string[]): string {
  if (before !== after) paths.push(path);
  return after;
}

/** Made by JSON or a literal, in whatever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const unlessSame = (before: readonly unknown[], after: readonly unknown[]) => (after.every((item, index) => item === before[index]) ? before : after);

/** Causes of causes; a driver's chain may be endless or a ring. */
const maxDepth = 6;

/** The failure without what looks like a secret, in its causes, details and stack, too. Anything but an error passes as it is. */
export function redactError(error: unknown, depth = 0): unknown {
  if (!isNativeError(error) || isControl(error)) return error;
  const cause = depth < maxDepth ? redactError(error.cause, depth + 1) : undefined;
  const clean = ApplicationFailure.create({ ...kept(error), message: redactText(error.message), ...(isNativeError(cause) && { cause }) });
  if (error.stack !== undefined) clean.stack = redactText(error.stack);
  return clean;
}

/** What decides about retries, and the details. */
function kept(error: Error) {
  if (!(error instanceof ApplicationFailure)) return { type: error.name };
  const { type, nonRetryable, details, nextRetryDelay, category } = error;
  return {
    nonRetryable: nonRetryable ?? false,
    ...(type && { type }),
    ...(details && { details: details.map((detail) => redactValue(detail).value) }),
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
    ...(category && { category }),
  };
}

/** Not failures but messages between an activity and its worker; they carry no foreign text. */
const isControl = ({ name }: Error) => ['CancelledFailure', 'AbortError', 'CompleteAsyncError'].includes(name);
