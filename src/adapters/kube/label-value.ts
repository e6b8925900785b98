import { createHash } from 'node:crypto';

const maxLength = 63;
const legal = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** Any text as a legal label value: itself where it is one, else what is legal of it and a short hash that keeps two texts apart. */
export function labelValue(text: string): string {
  if (text.length <= maxLength && legal.test(text)) return text;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  const kept = text
    .replace(/[^-A-Za-z0-9_.]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, maxLength - hash.length - 1)
    .replace(/[^A-Za-z0-9]+$/, '');
  return kept === '' ? hash : `${kept}-${hash}`;
}
