import type { Command } from 'commander';
import { shellWord } from '../../render/words.js';
import type { Acknowledged } from '../../runs/schedules.js';
import { type AddCommand, type Context, json, type Output, outputOption, reasonOption, withSchedules } from '../context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { explainFailure } from '../outcome.js';
import { changesText, schedulesTable, scheduleText } from '../render/schedule-text.js';
import { readRequest } from '../request.js';

interface Shown {
  readonly output: Output;
}

interface Steered {
  readonly reason: string;
  readonly acknowledge?: true;
}

export const addSchedule: AddCommand = (program, context) => {
  const schedule = program
    .command('schedule')
    .description(
      'Run a spec unattended, by its own schedule. SCHEDULE is its id, such as drill/NAMESPACE/NAME or backup/NAMESPACE/SERVICE/NAME. They are Temporal’s schedules: its UI shows and triggers them, too.',
    );
  addCreate(schedule, context);
  addLooks(schedule, context);
  addSteering(schedule, context);
};

function addCreate(schedule: Command, context: Context): void {
  schedule
    .command('create')
    .description('Create it, which approves its runs: for just this spec, and as long as the spec’s approvedFor says. Look at the plan first: rehelm plan -f.')
    .requiredOption('-f, --file <spec.yaml>', 'the spec with its schedule; - reads standard input')
    .addOption(outputOption())
    .addHelpText('after', '\nExample:\n  rehelm schedule create -f drill.yaml\nExit codes: 0 created · 1 there is one already · 2 the spec is wrong')
    .action(context.action((options: Shown & { readonly file: string }) => create(options, context)));
}

async function create({ file, output }: Shown & { readonly file: string }, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const { source, spec } = await readRequest(file);
  const created = await withSchedules(context, (schedules) => schedules.create({ spec })).catch((error: unknown) => {
    throw explainFailure(error, source);
  });
  terminal.out(output === 'json' ? json(created) : created.id);
  terminal.say(`approved until ${created.approvedUntil}, for spec ${created.spec}; next ${created.next[0] ?? 'never'}`);
  for (const line of changesText(created.clockChanges)) terminal.say(terminal.colors.yellow(line));
  return exitCodes.ok;
}

function addLooks(schedule: Command, context: Context): void {
  const { terminal, action } = context;
  schedule
    .command('list')
    .description('List the schedules.')
    .addOption(outputOption())
    .action(
      action(async ({ output }: Shown) => {
        const found = await withSchedules(context, (schedules) => schedules.list());
        if (output === 'json') terminal.out(json(found));
        else if (found.length === 0) terminal.say('no schedules');
        else terminal.out(schedulesTable(found, terminal.outColors));
        return exitCodes.ok;
      }),
    );
  schedule
    .command('show <schedule>')
    .description('Show one: its next times, its last runs with what came of them, why it is paused, and times without a run.')
    .addOption(outputOption())
    .action(
      action(async (id: string, { output }: Shown) => {
        const shown = await withSchedules(context, (schedules) => schedules.show(id));
        terminal.out(output === 'json' ? json(shown) : scheduleText(shown, terminal.outColors));
        return exitCodes.ok;
      }),
    );
}

const whyOf = ({ reason, acknowledge }: Steered): Acknowledged => ({ reason, acknowledge: acknowledge === true });
const acknowledgeOption = ['--acknowledge', 'the last drill was red or inconclusive; --reason says what was found'] as const;

function addSteering(schedule: Command, context: Context): void {
  const { terminal, action } = context;
  schedule
    .command('approve <schedule>')
    .description('Approve its runs where four eyes are asked for: another person than who created it, through the API (--server).')
    .requiredOption('--spec <hash>', 'the hash of the spec that was looked at: rehelm schedule show')
    .addOption(reasonOption())
    .action(
      action(async (id: string, { spec, reason }: { readonly spec: string; readonly reason: string }) => {
        await withSchedules(context, (schedules) => schedules.approve(id, { spec, reason }));
        terminal.say('approved');
        return exitCodes.ok;
      }),
    );
  schedule
    .command('pause <schedule>')
    .description('Start nothing until it is resumed. A run that is open goes on.')
    .addOption(reasonOption())
    .action(
      action(async (id: string, { reason }: Steered) => {
        await withSchedules(context, (schedules) => schedules.pause(id, { reason }));
        terminal.say(`paused; rehelm schedule resume ${shellWord(id)} goes on`);
        return exitCodes.ok;
      }),
    );
  schedule
    .command('resume <schedule>')
    .description('Go on with its times.')
    .addOption(reasonOption())
    .option(...acknowledgeOption)
    .action(
      action(async (id: string, options: Steered) => {
        await withSchedules(context, (schedules) => schedules.resume(id, whyOf(options)));
        terminal.say('resumed');
        return exitCodes.ok;
      }),
    );
  schedule
    .command('trigger <schedule>')
    .description('Run it now, also where it is paused.')
    .addOption(reasonOption())
    .option(...acknowledgeOption)
    .addOption(outputOption())
    .action(action((id: string, options: Steered & Shown) => trigger(id, options, context)));
  schedule
    .command('delete <schedule>')
    .description('End it. A run that is open goes on, and its runs stay.')
    .action(
      action(async (id: string) => {
        await withSchedules(context, (schedules) => schedules.delete(id));
        terminal.say('deleted');
        return exitCodes.ok;
      }),
    );
}

async function trigger(id: string, options: Steered & Shown, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const begun = await withSchedules(context, (schedules) => schedules.trigger(id, whyOf(options)));
  if (options.output === 'json') terminal.out(json(begun));
  else if (begun.workflowId !== undefined) terminal.out(begun.workflowId);
  terminal.say(
    begun.workflowId === undefined ? `triggered; rehelm schedule show ${shellWord(id)} tells` : `follow it: rehelm watch ${shellWord(begun.workflowId)}`,
  );
  return exitCodes.ok;
}
