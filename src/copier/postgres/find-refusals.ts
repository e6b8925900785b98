import type { PostgresSession } from '../../adapters/postgres/session.js';
import { isFailure } from '../../errors.js';
import { chooseClient } from './choose-client.js';
import type { PostgresContext } from './context.js';
import { localeOf, requireLocale } from './database-locale.js';
import { requireExtensions } from './require-extensions.js';
import { majorOf } from './server.js';

/** Why the target's server cannot take the source's database, however much room it has: each as the failure that a copy would end with. Changes nothing. */
export async function findRefusals(source: PostgresSession, target: PostgresSession, { clients }: Pick<PostgresContext, 'clients'>): Promise<readonly Error[]> {
  const requirements = [
    async () => void chooseClient(await clients.majors(), majorOf(source), majorOf(target)),
    () => requireExtensions(source, target),
    async () => requireLocale(target, await localeOf(source)),
  ];
  const refusals: Error[] = [];
  for (const requirement of requirements) {
    try {
      await requirement();
    } catch (error) {
      if (!isFailure(error, 'PreflightFailed', 'ToolTooOld', 'MissingExtension', 'MissingLocale')) throw error;
      refusals.push(error);
    }
  }
  return refusals;
}

/** The first of them, thrown. */
export async function requireFit(...given: Parameters<typeof findRefusals>): Promise<void> {
  const [refusal] = await findRefusals(...given);
  if (refusal) throw refusal;
}
