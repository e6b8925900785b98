/** Names that match a pattern with * for any characters. */
export function matchNames(patterns: readonly string[], names: readonly string[]): readonly string[] {
  const tests = patterns.map((pattern) => new RegExp(`^${pattern.split('*').map(literally).join('.*')}$`));
  return names.filter((name) => tests.some((test) => test.test(name)));
}

/** Patterns that match nothing: a typo, most likely, so they are refused. */
export function emptyMatches(patterns: readonly string[], names: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => matchNames([pattern], names).length === 0);
}

const literally = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
