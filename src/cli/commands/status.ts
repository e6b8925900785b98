import type { UnderWay } from '../../runs/runs.js';
import { type AddCommand, type Context, json, type Output, outputOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { reportText } from '../render/report-text.js';
import { runsTable } from '../render/runs-table.js';

export const addStatus: AddCommand = (program, context) => {
  const { terminal, action } = context;

  async function list(output: Output): Promise<ExitCode> {
    const { runs } = await withRuns(context, (port) => port.list());
    if (output === 'json') terminal.out(json(runs));
    else if (runs.length === 0) terminal.say('no runs');
    else terminal.out(runsTable(runs, Date.now(), terminal.outColors));
    return exitCodes.ok;
  }

  program
    .command('status [run]')
    .description('List the runs, or show one: where it is, what waits, every step.')
    .addOption(outputOption())
    .action(action((run: string | undefined, { output }: { readonly output: Output }) => (run === undefined ? list(output) : one(context, run, output))));
};

const nothing: UnderWay = { triedAgain: [], progress: [] };

async function one(context: Context, run: string, output: Output): Promise<ExitCode> {
  const { terminal } = context;
  await withRuns(context, async (runs) => {
    const { report, workflowId } = await runs.report(run);
    const isOpen = report.endedAt === undefined && report.phase !== 'Terminated';
    const underWay = isOpen ? await runs.underWay(workflowId).catch(() => nothing) : nothing;
    terminal.out(output === 'json' ? json({ ...report, ...underWay }) : reportText(report, workflowId, terminal.outColors, underWay));
  });
  return exitCodes.ok;
}
