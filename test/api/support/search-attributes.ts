import { attributes } from '../../../src/model/search-attributes.js';
import { registerSearchAttributes } from '../../../src/worker/search-attributes.js';
import { until } from '../../cli/support/rehelm.js';
import { env } from '../../support/temporal.js';

/** The server takes a moment until all of it knows them. */
export async function knowSearchAttributes(): Promise<void> {
  await registerSearchAttributes(env.connection, 'default');
  await until(async () => {
    try {
      await env.client.workflow.count(`${attributes.namespaces.name} IN ('x')`);
      return true;
    } catch {
      return false;
    }
  });
}
