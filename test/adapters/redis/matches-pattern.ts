const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, String.raw`\$&`);

/** One part of a pattern as SCAN takes it, as a part of a regular expression. */
function partOf(token: string): string {
  if (token === '*') return '.*';
  if (token === '?') return '.';
  if (token.startsWith('[')) return token;
  return literal(token.length > 1 && token.startsWith('\\') ? token.slice(1) : token);
}

/** Whether a name matches a pattern of Redis: `*`, `?`, `[ab]`, `[a-z]`, `[^a]`, and `\` before one that is meant itself. */
export function matchesPattern(name: string, pattern: string): boolean {
  const tokens = pattern.match(/\\.|\[(?:\\.|[^\]\\])*\]|./gs) ?? [];
  return new RegExp(`^${tokens.map(partOf).join('')}$`, 's').test(name);
}
