import { connectTemporal } from '../../runs/connect-temporal.js';
import { TemporalCalls } from '../../runs/temporal-calls.js';
import { whoAmI } from '../connect.js';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { readDays } from '../read-days.js';

interface SetupOptions {
  readonly createNamespace?: boolean;
  readonly retentionDays: number;
}

export const addSetup: AddCommand = (program, context) => {
  program
    .command('setup')
    .description('Register the search attributes by which runs can be filtered in the Temporal UI. Once per namespace; without them everything works, too.')
    .option('--create-namespace', 'make the namespace of TEMPORAL_NAMESPACE first where Temporal lacks it')
    .option('--retention-days <days>', 'how long the namespace that is made keeps closed runs; journals and reports in the cluster stay', readDays, 30)
    .action(context.action((options: SetupOptions) => setup(context, options)));
};

async function setup({ terminal }: Context, { createNamespace, retentionDays }: SetupOptions): Promise<ExitCode> {
  const { registerSearchAttributes } = await import('../../worker/search-attributes.js');
  const { ensureNamespace } = await import('../../worker/ensure-namespace.js');
  const temporal = await connectTemporal(terminal.env, whoAmI(terminal.env));
  const { connection, options } = temporal.client;
  const calls = new TemporalCalls(temporal);
  try {
    if (createNamespace && (await calls.soon('setup', () => ensureNamespace(connection, options.namespace, retentionDays), 60)))
      terminal.say(`made the namespace ${options.namespace}; it keeps closed runs for ${retentionDays} days`);
    const added = await calls.soon('setup', () => registerSearchAttributes(connection, options.namespace));
    terminal.say(
      added.length === 0 ? 'the search attributes are registered already' : `registered ${added.join(', ')}; workers use them from their next start`,
    );
    return exitCodes.ok;
  } finally {
    await connection.close();
  }
}
