import { shellWord } from '../../render/words.js';
import { type AddCommand, reasonOption, withRuns } from '../context.js';
import { exitCodes } from '../exit-codes.js';

export const addPause: AddCommand = (program, context) => {
  program
    .command('pause <run>')
    .description('End the running step safely, then wait: resume or roll back by rehelm decide. Can be repeated.')
    .addOption(reasonOption())
    .action(
      context.action((run: string, { reason }: { readonly reason: string }) =>
        withRuns(context, async (runs) => {
          const workflowId = await runs.workingOn(run);
          await runs.pause(workflowId, { reason });
          context.terminal.say(`asked it to pause; it asks when the running step has ended: rehelm status ${shellWord(workflowId)}`);
          return exitCodes.ok;
        }),
      ),
    );
};
