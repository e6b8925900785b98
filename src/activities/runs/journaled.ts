import type { JournalStore, LockStore, NewEntry } from '../../adapters/journal/journal.js';
import type { Act } from '../../model/act.js';
import type { Json } from '../../model/kube-object.js';
import type { Problem, Step } from '../../model/plan.js';
import { concerns, lateWritesOf } from './late-writes.js';

// biome-ignore lint/suspicious/noExplicitAny: activities of every shape pass through here; their types are tied together in plans/step.ts and workflows/engine/steps.ts.
type AnyActivity = (...args: any[]) => Promise<any>;
type AnyActivities = Readonly<Record<string, AnyActivity>>;

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The names that have a `capture…` companion. */
export function stepNames(activities: AnyActivities): readonly string[] {
  return Object.keys(activities).filter((name) => `capture${pascal(name)}` in activities);
}

/**
 * Puts the journal around every step: what is captured is written before the act, what is done is noted after it, and an undo gets what the journal holds.
 * So captures, which may be large or secret, are never in Temporal's history, and a rollback has one source, whenever it comes.
 */
export function journaled(activities: AnyActivities, journal: JournalStore): AnyActivities {
  const wrapped: Record<string, AnyActivity> = { ...activities };
  for (const name of stepNames(activities)) {
    const capture = activities[`capture${pascal(name)}`]!;
    const undo = activities[`undo${pascal(name)}`]!;
    wrapped[`capture${pascal(name)}`] = async (input: unknown, act: Act, place: Omit<NewEntry, 'step' | 'captured'>) => {
      // A capture that is in the journal is not taken again: after a failed attempt or a Reset the world may be half changed.
      if (await journal.find(act.run, act.step)) return;
      await journal.begin(act, { ...place, step: name, captured: await capture(input, act) });
    };
    wrapped[name] = async (input: unknown, act: Act): Promise<Json | undefined> => {
      const result = await activities[name]!(input, act).catch(async (error: unknown) => {
        await repeatUndos(activities, journal, act.run, error);
        throw error;
      });
      await journal.mark(act, 'done', result);
      return result;
    };
    wrapped[`undo${pascal(name)}`] = async (act: Act) => {
      const entry = await journal.find(act.run, act.step);
      if (!entry || entry.state === 'undone') return;
      await undo(entry.captured, act);
      await journal.mark(act, 'undone');
    };
  }
  return wrapped;
}

/** Helm's writes come late where its worker was frozen, and are taken back to what was when the step began: what earlier steps had done to the same objects is undone once more. */
async function repeatUndos(activities: AnyActivities, journal: JournalStore, run: string, error: unknown): Promise<void> {
  const late = lateWritesOf(error);
  if (!late) return;
  const undone = (await journal.read(run)).filter(({ state, captured }) => state === 'undone' && concerns(captured, late.objects));
  for (const { id, step, captured } of undone.toReversed())
    await activities[`undo${pascal(step)}`]!(captured, { run, step: id, epoch: late.epoch, undo: true } satisfies Act);
}

/** Runs every step's check, where it has one, and gathers all problems: refusals are data, never thrown one by one. */
export function checkSteps(activities: AnyActivities, locks: Pick<LockStore, 'epoch'>) {
  return async ({ run, steps }: { readonly run: string; readonly steps: readonly Step[] }): Promise<readonly Problem[]> => {
    const epoch = await locks.epoch(run);
    const found = await Promise.all(
      steps.map(async ({ id, step, input }) => {
        const messages: readonly string[] = (await activities[`check${pascal(step)}`]?.(input, { run, epoch, step: id } satisfies Act)) ?? [];
        return messages.map((message) => ({ check: id, message }));
      }),
    );
    return found.flat();
  };
}
