import type { Composed } from './composed.js';

/** The first token, where a user finds it: in the log of the service that made it. Throws unless it stands there once. */
export async function readToken({ compose }: Composed): Promise<string> {
  const tokens = (await compose(['logs', '--no-color', '--no-log-prefix', 'access'])).match(/rh_\S+/g) ?? [];
  if (tokens.length !== 1) throw new Error(`the first token was shown ${tokens.length} times`);
  return tokens[0]!;
}
