import { Option } from 'commander';
import type { Gate } from '../../model/plan.js';
import { CliError, usageError } from '../cli-error.js';
import { type AddCommand, type Context, reasonOption, withSession } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { agrees, shownPlan } from '../gates.js';
import { openWorkflow } from '../look-up.js';
import { planText } from '../render/plan-text.js';
import { shellWord } from '../render/words.js';
import type { Session } from '../session.js';

interface ApproveOptions {
  readonly gate: Gate;
  readonly plan?: string;
  readonly reason?: string;
}

const gateOption = () => new Option('--gate <gate>', 'which gate').choices(['start', 'commit']).makeOptionMandatory();

export const addApprove: AddCommand = (program, context) => {
  program
    .command('approve <run>')
    .description('Approve a gate of the plan that you looked at.')
    .addOption(gateOption())
    .option('--plan <hash>', 'the plan that you looked at; without it the plan is shown and you are asked')
    .option('--reason <text>', 'kept in the report, such as CHG-4711')
    .addHelpText('after', '\nExample:\n  rehelm approve migrate/shop/web --gate start --plan 3f2a9c81d0e4 --reason CHG-4711')
    .action(context.action((run: string, options: ApproveOptions) => withSession(context, (session) => approve(session, context, run, options))));

  program
    .command('withdraw <run>')
    .description('Withdraw an approval that was not used yet.')
    .addOption(gateOption())
    .addOption(reasonOption())
    .action(
      context.action((run: string, { gate, reason }: { readonly gate: Gate; readonly reason: string }) =>
        withSession(context, async (session) => {
          await session.update(await openWorkflow(session, run), 'withdraw', { ...session.said(reason), gate });
          context.terminal.say(`withdrew the approval of ${gate}`);
          return exitCodes.ok;
        }),
      ),
    );
};

async function approve(session: Session, { terminal }: Context, run: string, { gate, plan, reason }: ApproveOptions): Promise<ExitCode> {
  const workflowId = await openWorkflow(session, run);
  const hash = plan ?? (await askFor(session, terminal, workflowId, gate));
  await session.update(workflowId, 'approve', { ...session.said(reason ?? 'approved'), gate, plan: hash });
  terminal.say(`approved ${gate} of plan ${hash}`);
  return exitCodes.ok;
}

/** Nobody approves what they have not seen: shows the plan and asks, or says what to do. */
async function askFor(session: Session, terminal: Context['terminal'], workflowId: string, gate: Gate): Promise<string> {
  const shown = await shownPlan(session, workflowId);
  if (!shown) throw new CliError(`${workflowId} has no plan yet`, { hint: `rehelm watch ${shellWord(workflowId)}` });
  terminal.say(planText(shown, [], terminal.colors));
  if (!terminal.interactive)
    throw usageError('--plan HASH is required where nobody can be asked', `this is plan ${shown.hash}: look at it, then repeat with --plan ${shown.hash}`);
  if (!(await agrees(terminal, gate))) throw new CliError('not approved', { exitCode: exitCodes.waits });
  return shown.hash;
}
