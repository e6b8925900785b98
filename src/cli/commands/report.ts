import type { Report } from '../../model/report.js';
import type { VerifiedCourse } from '../../model/verified-course.js';
import { reportHtml } from '../../render/report-html.js';
import { reportMarkdown } from '../../render/report-markdown.js';
import { type AddCommand, json, type Output, outputOption, withRuns } from '../context.js';
import { exitCodes } from '../exit-codes.js';

const show: Readonly<Record<string, (report: Report) => string>> = { json, html: reportHtml, md: reportMarkdown };

export const addReport: AddCommand = (program, context) => {
  const { terminal, action } = context;
  const report = program
    .command('report')
    .argument('<run>')
    .description('The evidence of a run: phases with times, steps, decisions with names and reasons, results.')
    .option('-o, --output <format>', 'md, html or json', 'md')
    .action(
      action(async (run: string, { output }: { readonly output: string }) => {
        const { report: told } = await withRuns(context, (runs) => runs.report(run));
        terminal.out((show[output] ?? reportMarkdown)(told).trimEnd());
        return exitCodes.ok;
      }),
    );

  report
    .command('verify')
    .argument('<run>')
    .description('Compute the verdict of a drill anew from its ledgers, and compare it with its report.')
    .addOption(outputOption())
    .action(
      action(async (run: string, { output }: { readonly output: Output }) => {
        const courses = await withRuns(context, (runs) => runs.verify(run));
        terminal.out(output === 'json' ? json(courses) : courses.map(words).join('\n'));
        return courses.every(({ equal }) => equal) ? exitCodes.ok : exitCodes.failure;
      }),
    );
};

const words = ({ name, told, computed, equal, differences }: VerifiedCourse): string =>
  [`${name}: told ${told}, computed ${computed}${equal ? ', every figure the same' : ''}`, ...differences.map((difference) => `  ${difference}`)].join('\n');
