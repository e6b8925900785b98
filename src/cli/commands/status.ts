import type { Report } from '../../model/report.js';
import { reportMarkdown } from '../../render/report-markdown.js';
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

async function one(context: Context, run: string, output: Output): Promise<ExitCode> {
  const { terminal } = context;
  await withRuns(context, async (runs) => {
    const { report, workflowId } = await runs.report(run);
    const again = report.endedAt === undefined && report.phase !== 'Terminated' ? await runs.triedAgain(workflowId).catch(() => []) : [];
    terminal.out(output === 'json' ? json({ ...report, triedAgain: again }) : reportText(report, workflowId, terminal.outColors, again));
  });
  return exitCodes.ok;
}

export const addReport: AddCommand = (program, context) => {
  const show = (report: Report, output: string) => (output === 'json' ? json(report) : reportMarkdown(report));

  program
    .command('report <run>')
    .description('The evidence of a run: phases with times, steps, decisions with names and reasons, results.')
    .option('-o, --output <format>', 'md or json', 'md')
    .action(
      context.action(async (run: string, { output }: { readonly output: string }) => {
        const { report } = await withRuns(context, (runs) => runs.report(run));
        context.terminal.out(show(report, output).trimEnd());
        return exitCodes.ok;
      }),
    );
};
