import { type AddCommand, json, type Output, outputOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { explainFailure } from '../outcome.js';
import { planText } from '../render/plan-text.js';
import { readRequest } from '../request.js';

interface PlanOptions {
  readonly file: string;
  readonly output: Output;
}

export const addPlan: AddCommand = (program, { terminal, connect, action }) => {
  async function plan({ file, output }: PlanOptions): Promise<ExitCode> {
    return withRuns({ connect }, async (runs) => {
      const request = await readRequest(file);
      terminal.live(terminal.colors.dim('looking at the cluster …'));
      const { shown, problems } = await runs.preview(request).catch((error: unknown) => {
        throw explainFailure(error, request.source);
      });
      terminal.out(output === 'json' ? json({ ...shown, problems }) : planText(shown, problems, terminal.outColors));
      return problems.length === 0 ? exitCodes.ok : exitCodes.refused;
    });
  }

  program
    .command('plan')
    .description('Show what a run would do: every step, its undo, the gates, and what stands in the way. Changes nothing.')
    .requiredOption('-f, --file <spec.yaml>', 'the spec; - reads standard input')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  rehelm plan -f cognigy.yaml\nExit codes: 0 can be run · 2 the spec is wrong · 3 problems were found')
    .action(action(plan));
};
