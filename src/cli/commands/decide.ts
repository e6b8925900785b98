import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { parse } from 'yaml';
import { type Choice, choices } from '../../model/report.js';
import type { Runs } from '../../runs/runs.js';
import { usageError } from '../cli-error.js';
import { type AddCommand, type Context, parseDuration, reasonOption, withRuns } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';

interface DecideOptions {
  readonly question: number;
  readonly choice: Choice;
  readonly for?: string;
  readonly change: readonly Change[];
  readonly reason: string;
}

interface Change {
  readonly field: string;
  readonly text: string;
}

export const addDecide: AddCommand = (program, context) => {
  program
    .command('decide <run>')
    .description('Answer the question that a parked run asks (see rehelm status).')
    .addOption(new Option('--question <number>', 'its number: keeps an answer from reaching a later question').argParser(wholeNumber).makeOptionMandatory())
    .addOption(new Option('--choice <choice>', 'the answer').choices(choices).makeOptionMandatory())
    .addOption(new Option('--for <duration>', 'with wait: how much longer, such as 30m').argParser(checkedDuration))
    .addOption(new Option('--change <field=value>', 'with retry, repeatable: change a field; @file sends a file as a Secret').argParser(collect).default([]))
    .addOption(reasonOption())
    .addHelpText(
      'after',
      "\nExamples:\n  rehelm decide migrate/shop/web --question 1 --choice retry --reason 'disk enlarged'\n  rehelm decide migrate/shop/web --question 1 --choice wait --for 30m --reason debugging\n  rehelm decide migrate/shop/web --question 2 --choice retry --change values=@fixed.yaml --reason 'typo in values'",
    )
    .action(context.action((run: string, options: DecideOptions) => withRuns(context, (runs) => decide(runs, context, run, options))));
};

async function decide(runs: Runs, { terminal }: Context, run: string, options: DecideOptions): Promise<ExitCode> {
  const { question, choice, reason } = options;
  checkOptions(options);
  const workflowId = await runs.workingOn(run);
  const change = Object.fromEntries(await Promise.all(options.change.map(async (each) => [each.field, await changedValue(runs, workflowId, each)] as const)));
  await runs.decide(workflowId, {
    reason,
    question,
    choice,
    ...(options.for !== undefined && { for: options.for }),
    ...(options.change.length > 0 && { change }),
  });
  terminal.say(`answered question ${question} with ${choice}`);
  return exitCodes.ok;
}

function checkOptions({ choice, change, for: time }: DecideOptions): void {
  if (choice === 'wait' && time === undefined) throw usageError('--choice wait needs --for, such as --for 30m');
  if (choice !== 'wait' && time !== undefined) throw usageError('--for goes with --choice wait');
  if (choice !== 'retry' && change.length > 0) throw usageError('--change goes with --choice retry');
}

/** Values of files may hold secrets: they go to the cluster as a Secret, and only its name to Temporal. */
async function changedValue(runs: Runs, workflowId: string, { text }: Change): Promise<unknown> {
  if (!text.startsWith('@')) return parse(text);
  const file = text.slice(1);
  const content = await readFile(file).catch((cause: unknown) => {
    throw usageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  });
  const { report } = await runs.see(workflowId);
  return { secretRef: await runs.putFile(report.run, { name: basename(file), content }) };
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('expected the number of a question');
  return Number(text);
}

function checkedDuration(text: string): string {
  parseDuration(text);
  return text;
}

function collect(text: string, before: readonly Change[]): readonly Change[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected FIELD=VALUE');
  return [...before, { field: text.slice(0, at), text: text.slice(at + 1) }];
}
