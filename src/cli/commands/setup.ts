import { connectTemporal } from '../../runs/connect-temporal.js';
import { TemporalCalls } from '../../runs/temporal-calls.js';
import { whoAmI } from '../connect.js';
import type { AddCommand, Context } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';

export const addSetup: AddCommand = (program, context) => {
  program
    .command('setup')
    .description('Register the search attributes by which runs can be filtered in the Temporal UI. Once per namespace; without them everything works, too.')
    .action(context.action(() => setup(context)));
};

async function setup({ terminal }: Context): Promise<ExitCode> {
  const { registerSearchAttributes } = await import('../../worker/search-attributes.js');
  const temporal = await connectTemporal(terminal.env, whoAmI(terminal.env));
  const { connection, options } = temporal.client;
  try {
    const added = await new TemporalCalls(temporal).soon('setup', () => registerSearchAttributes(connection, options.namespace));
    terminal.say(
      added.length === 0 ? 'the search attributes are registered already' : `registered ${added.join(', ')}; workers use them from their next start`,
    );
    return exitCodes.ok;
  } finally {
    await connection.close();
  }
}
