import { cancelDuring, failAfter, type Outcome, type PlannedStep, type Play, sideBySide } from './cases.js';
import type { Product } from './product.js';

/** In ms; several cases of a file share the machine. */
export const patience = 120_000;

/** The run was taken back, the world is as `fresh` is, no volume of it was destroyed meanwhile, and nothing of ours is left. */
export function expectBeginning({ product, report }: Outcome, fresh: Product): void {
  expect(report.phase).toBe('RolledBack');
  expect(product.world()).toEqual(fresh.world());
  expect(product.lost()).toEqual([]);
  expect(product.orphans()).toEqual([]);
}

/** A step in each of its kinds. */
const sampled = (steps: readonly PlannedStep[]) => steps.filter(({ step }, index) => steps.findIndex((each) => each.step === step) === index);

/**
 * One step of each kind fails after its effect, and a cancel comes during it; every one with REHELM_EVERY_STEP=1, as `make crash` does it. `expectBack`: what else holds
 * then.
 */
export function testWaysBack(play: Play, all: readonly PlannedStep[], expectBack: (outcome: Outcome) => void = () => undefined): void {
  const steps = process.env['REHELM_EVERY_STEP'] ? all : sampled(all);
  const failures = sideBySide(steps, 3, (step) => failAfter(step, play));
  const cancels = sideBySide(steps, 3, (step) => cancelDuring(step, play));
  const look = (outcome: Outcome) => {
    expectBeginning(outcome, play.create());
    expectBack(outcome);
  };

  test.each(steps)('is as it was before when $id fails after its effect', async (step) => look(await failures(step)), 2 * patience);

  test.each(steps)(
    'is as it was before when a cancel comes during $id and a person turns it back',
    async (step) => {
      const outcome = await cancels(step);
      look(outcome);
      expect(outcome.report.decisions.at(-1)).toMatchObject({ by: 'ada', choice: 'rollback' });
    },
    2 * patience,
  );
}
