import { redact } from '../../adapters/kube/errors.js';

const secretly = /\b([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|credential)[\w-]*)(["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s,;}&]+)/gi;

/** Foreign text fit for a message: one line, without what looks like a secret, no longer than `length`. */
export function clip(text: string, length = 300): string {
  const clean = redact(
    text
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, length * 2),
  ).replaceAll(secretly, '$1$2…');
  return clean.length <= length ? clean : `${clean.slice(0, length - 1)}…`;
}
