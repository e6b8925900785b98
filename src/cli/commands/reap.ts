import type { Orphan, Reaped } from '../../activities/runs/reap.js';
import { counted } from '../../model/counted.js';
import { showRef } from '../../model/refs.js';
import { showAge, table } from '../../render/words.js';
import { type AddCommand, json, type Output, outputOption, withRuns } from '../context.js';
import { exitCodes } from '../exit-codes.js';

export const addReap: AddCommand = (program, context) => {
  const { terminal } = context;
  program
    .command('reap')
    .description('List what runs left behind that have neither journal nor record; with --delete remove what can hold no data.')
    .option('--delete', 'remove Jobs, Pods and bookkeeping; volumes, claims and Secrets of products stay, and are listed')
    .addOption(outputOption())
    .action(
      context.action(async ({ delete: remove = false, output }: { readonly delete?: boolean; readonly output: Output }) => {
        const reaped = await withRuns(context, (runs) => runs.reap({ remove }));
        if (output === 'json') terminal.out(json(reaped));
        else if (reaped.orphans.length > 0) terminal.out(orphanTable(reaped.orphans, Date.now()));
        for (const line of summary(reaped, remove)) terminal.say(line);
        return exitCodes.ok;
      }),
    );
};

function summary({ orphans, removed, notes }: Reaped, remove: boolean): readonly string[] {
  const removable = orphans.filter((orphan) => orphan.removable).length;
  const done = remove
    ? `removed ${counted(removed.length, 'object')}`
    : `${removable} of ${counted(orphans.length, 'orphan')} can be removed: rehelm reap --delete`;
  return [...notes, orphans.length === 0 && removed.length === 0 ? 'no orphans' : done];
}

export const orphanTable = (orphans: readonly Orphan[], now: number): string =>
  table([
    ['OBJECT', 'RUN', 'MADE', 'REAP REMOVES IT'],
    ...orphans.map(({ object, run, since, removable }) => [showRef(object), run, showAge(since, now), removable ? 'yes' : 'no: look at it yourself']),
  ]);
