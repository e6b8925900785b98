import { type AddCommand, withSession } from '../context.js';
import { exitCodes } from '../exit-codes.js';

export const addSetup: AddCommand = (program, context) => {
  program
    .command('setup')
    .description('Register the search attributes by which runs can be filtered in the Temporal UI. Once per namespace; without them everything works, too.')
    .action(
      context.action(() =>
        withSession(context, async (session) => {
          const { registerSearchAttributes } = await import('../../worker/search-attributes.js');
          const { connection, options } = session.client;
          const added = await session.soon('setup', () => registerSearchAttributes(connection, options.namespace));
          context.terminal.say(
            added.length === 0 ? 'the search attributes are registered already' : `registered ${added.join(', ')}; workers use them from their next start`,
          );
          return exitCodes.ok;
        }),
      ),
    );
};
