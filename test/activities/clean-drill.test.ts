import type { Adapters } from '../../src/activities/adapters.js';
import { cleanDrill } from '../../src/activities/clean-drill.js';
import { driveDrill } from '../../src/activities/drive-drill.js';
import { prepareDrill } from '../../src/activities/prepare-drill.js';
import { orders } from '../support/drill/orders.js';
import { PlayedDrill } from '../support/drill/played-drill.js';
import { course } from '../support/drill-course.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const factory = (adapters: Adapters) => ({ ...prepareDrill(adapters), ...driveDrill(adapters), ...cleanDrill(adapters) });

// Where a course has left nothing. What it removes is not made again: nothing depends on what a finished course had, so the rest is tried below.
stepLaws('cleanDrill', { step: 'cleanDrill', factory, input: course, world: () => new PlayedDrill(orders).fake, readOnly: true, done: () => undefined });

/** A course that was driven to its end. */
async function driven() {
  const played = new PlayedDrill(orders);
  const rig = new StepRig(played.fake, factory);
  const beginning = played.fake.world();
  await rig.capture('prepareDrill', course, 'prepare');
  await rig.act('prepareDrill', course, 'prepare');
  await rig.capture('driveDrill', { ...course, withinSeconds: 60 }, 'drive');
  await rig.act('driveDrill', { ...course, withinSeconds: 60 }, 'drive');
  await rig.capture('cleanDrill', course);
  return { played, rig, fake: played.fake, beginning };
}

test('after a course nothing of it is left, and its result is kept', async () => {
  const { played, rig, fake, beginning } = await driven();
  expect(played.leftovers()).toEqual(expect.arrayContaining(['Job drill-r1-strict-driver', 'Pod drill-r1-strict-guard', 'Secret drill-r1-strict']));
  await rig.act('cleanDrill', course);
  expect(played.leftovers()).toEqual([]);
  expect(fake.world()).toEqual(beginning);
  await rig.act('cleanDrill', course);
  await rig.undo('cleanDrill');
  expect(played.leftovers()).toEqual([]);
  expect(await rig.adapters.journal.getArtifact('r1', 'drill/drill-r1-strict/result.json')).toBeDefined();
});

test.each(['failAfter', 'failBefore'] as const)('with any write broken (%s), a retry leaves nothing either', async (how) => {
  const whole = await driven();
  const at = whole.fake.allChanges.length;
  await whole.rig.act('cleanDrill', course);
  const writes = whole.fake.allChanges.slice(at);
  expect(writes.length).toBeGreaterThan(8);
  for (const number of writes.keys()) {
    const { played, rig, fake, beginning } = await driven();
    let seen = 0;
    fake[how](() => seen++ === number);
    await expect(rig.act('cleanDrill', course)).rejects.toBeInstanceOf(Error);
    await rig.act('cleanDrill', course);
    expect(played.leftovers()).toEqual([]);
    expect(fake.world()).toEqual(beginning);
  }
});
