import { type AddCommand, reasonOption, withSession } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { openWorkflow } from '../look-up.js';
import { shellWord } from '../render/words.js';

export const addPause: AddCommand = (program, context) => {
  program
    .command('pause <run>')
    .description('End the running step safely, then wait: resume or roll back by rehelm decide. Can be repeated.')
    .addOption(reasonOption())
    .action(
      context.action((run: string, { reason }: { readonly reason: string }) =>
        withSession(context, async (session) => {
          const workflowId = await openWorkflow(session, run);
          await session.update(workflowId, 'pause', session.said(reason));
          context.terminal.say(`asked it to pause; it asks when the running step has ended: rehelm status ${shellWord(workflowId)}`);
          return exitCodes.ok;
        }),
      ),
    );
};
