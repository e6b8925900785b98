import { Option } from 'commander';
import { type Gate, gates } from '../../model/plan.js';
import { shellWord } from '../../render/words.js';
import type { Runs } from '../../runs/runs.js';
import { CliError, usageError } from '../cli-error.js';
import { type AddCommand, type Context, reasonOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { agrees } from '../gates.js';
import { planText } from '../render/plan-text.js';

interface ApproveOptions {
  readonly gate: Gate;
  readonly plan?: string;
  readonly reason?: string;
}

const gateOption = () => new Option('--gate <gate>', 'which gate').choices(gates).makeOptionMandatory();

export const addApprove: AddCommand = (program, context) => {
  program
    .command('approve <run>')
    .description('Approve a gate of the plan that you looked at.')
    .addOption(gateOption())
    .option('--plan <hash>', 'the plan that you looked at; without it the plan is shown and you are asked')
    .option('--reason <text>', 'kept in the report, such as CHG-4711')
    .addHelpText('after', '\nExample:\n  rehelm approve migrate/shop/web --gate start --plan 3f2a9c81d0e4 --reason CHG-4711')
    .action(context.action((run: string, options: ApproveOptions) => withRuns(context, (runs) => approve(runs, context, run, options))));

  program
    .command('withdraw <run>')
    .description('Withdraw an approval that was not used yet.')
    .addOption(gateOption())
    .addOption(reasonOption())
    .action(
      context.action((run: string, { gate, reason }: { readonly gate: Gate; readonly reason: string }) =>
        withRuns(context, async (runs) => {
          await runs.withdraw(await runs.workingOn(run), { gate, reason });
          context.terminal.say(`withdrew the approval of ${gate}`);
          return exitCodes.ok;
        }),
      ),
    );
};

async function approve(runs: Runs, { terminal }: Context, run: string, { gate, plan, reason }: ApproveOptions): Promise<ExitCode> {
  const workflowId = await runs.workingOn(run);
  const hash = plan ?? (await askFor(runs, terminal, workflowId, gate));
  await runs.approve(workflowId, { gate, plan: hash, reason: reason ?? 'approved' });
  terminal.say(`approved ${gate} of plan ${hash}`);
  return exitCodes.ok;
}

/** Nobody approves what they have not seen: shows the plan and asks, or says what to do. */
async function askFor(runs: Runs, terminal: Context['terminal'], workflowId: string, gate: Gate): Promise<string> {
  const shown = await runs.shownPlan(workflowId);
  if (!shown) throw new CliError(`${workflowId} has no plan yet`, { hint: `rehelm watch ${shellWord(workflowId)}` });
  terminal.say(planText(shown, [], terminal.colors));
  if (!terminal.interactive)
    throw usageError('--plan HASH is required where nobody can be asked', `this is plan ${shown.hash}: look at it, then repeat with --plan ${shown.hash}`);
  if (!(await agrees(terminal, gate))) throw new CliError('not approved', { exitCode: exitCodes.waits });
  return shown.hash;
}
