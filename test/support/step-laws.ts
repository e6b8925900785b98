import type { Adapters } from '../../src/activities/adapters.js';
import type { Helm } from '../../src/adapters/helm/helm.js';
import type { PersistentVolume } from '../../src/model/kube-object.js';
import type { Settings } from '../../src/model/settings.js';
import type { FakeCluster } from './fake-cluster/fake-cluster.js';
import { type AnySteps, StepRig } from './step-rig.js';

/** One step in one world: what the laws of every step are tried on. */
export interface Scenario {
  readonly step: string;
  readonly factory: (adapters: Adapters) => AnySteps;
  readonly input: unknown;
  /** The world before, made anew for each law. */
  readonly world: () => FakeCluster;
  readonly settings?: Partial<Settings>;
  readonly helm?: Helm;
  /** Steps that come before it in the plan; the beginning is what they leave. */
  readonly before?: (rig: StepRig) => Promise<void>;
  /** What is true once it is done. */
  readonly done: (fake: FakeCluster, result: unknown) => void | Promise<void>;
  /** What of the result is the same each time; default: all of it. */
  readonly lasting?: (result: unknown) => unknown;
  /** Texts that no result and no failure may contain. */
  readonly secrets?: readonly string[];
  /** The step only reads, or writes to the journal only. */
  readonly readOnly?: true;
}

/** What the step contract (design.md) promises of every step, whatever it does. */
export function stepLaws(title: string, scenario: Scenario): void {
  const { step, input, lasting = (result: unknown) => result } = scenario;

  async function begin() {
    const fake = scenario.world();
    const rig = new StepRig(fake, scenario.factory, scenario);
    await scenario.before?.(rig);
    const had = volumesOf(fake);
    return { rig, fake, beginning: fake.world(), lost: () => fake.destroyed.filter((volume) => had.includes(volume)) };
  }

  async function began() {
    const begun = await begin();
    await begun.rig.capture(step, input);
    return begun;
  }

  /** The end that an undisturbed step reaches, and every write on the way there (the journal's own, too). */
  async function undisturbed() {
    const { rig, fake } = await began();
    const at = fake.allChanges.length;
    const result = await rig.act(step, input);
    const writes = fake.allChanges.slice(at);
    const undoAt = fake.allChanges.length;
    const end = fake.world();
    await rig.undo(step);
    return { result, writes, end, undoWrites: fake.allChanges.length - undoAt };
  }

  const keepsSecrets = (told: unknown) => {
    for (const secret of scenario.secrets ?? []) expect(`${tell(told)}`).not.toContain(secret);
  };

  async function fails(attempt: Promise<unknown>): Promise<void> {
    const error = await attempt.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    keepsSecrets(error);
  }

  /** For every write of the step: its number, and a fault that strikes there. */
  async function atEveryWrite(
    body: (strike: (fake: FakeCluster, how: 'failAfter' | 'failBefore' | 'hangBefore') => ReturnType<FakeCluster['hangBefore']> | undefined) => Promise<void>,
  ) {
    const { writes } = await undisturbed();
    for (const number of writes.keys()) await body((fake, how) => fake[how](nth(number)) ?? undefined);
  }

  describe(title, () => {
    test('its check finds no problem', async () => {
      const { rig, fake, beginning } = await begin();
      expect(await checkIfAny(rig)).toEqual([]);
      expect(fake.world()).toEqual(beginning);
    });

    async function checkIfAny(rig: StepRig): Promise<readonly string[]> {
      const checks = `check${step.charAt(0).toUpperCase()}${step.slice(1)}` in scenario.factory(rig.adapters);
      return checks ? rig.check(step, input) : [];
    }

    test('it does what it says', async () => {
      const { rig, fake, beginning } = await began();
      expect(fake.world()).toEqual(beginning);
      const result = await rig.act(step, input);
      keepsSecrets(result);
      await scenario.done(fake, result);
      if (scenario.readOnly) expect(fake.world()).toEqual(beginning);
      else expect(fake.world()).not.toEqual(beginning);
    });

    test('doing it again changes nothing more and answers the same', async () => {
      const { rig, fake } = await began();
      const first = await rig.act(step, input);
      const end = fake.world({ uids: true, system: true });
      expect(lasting(await rig.act(step, input))).toEqual(lasting(first));
      expect(fake.world({ uids: true, system: true })).toEqual(end);
    });

    test('undoing it when it never ran leaves the world as it was', async () => {
      const { rig, fake } = await begin();
      const untouched = fake.world({ uids: true });
      await rig.undo(step);
      expect(fake.world({ uids: true })).toEqual(untouched);
      const begun = await began();
      const captured = begun.fake.world({ uids: true });
      await begun.rig.undo(step);
      expect(begun.fake.world({ uids: true })).toEqual(captured);
    });

    test('undone, the world is as it was, and undoing it again changes nothing', async () => {
      const { rig, fake, beginning, lost } = await began();
      await rig.act(step, input);
      await rig.undo(step);
      expect(fake.world()).toEqual(beginning);
      await rig.undo(step);
      expect(fake.world()).toEqual(beginning);
      expect(lost()).toEqual([]);
    });

    test.each(['failAfter', 'failBefore'] as const)('with any write broken (%s), a retry reaches the undisturbed end', async (how) => {
      const { end, result } = await undisturbed();
      await atEveryWrite(async (strike) => {
        const { rig, fake, lost } = await began();
        strike(fake, how);
        await fails(rig.act(step, input));
        const retried = await rig.act(step, input);
        expect(fake.world()).toEqual(end);
        keepsSecrets(retried);
        expect(typeof retried).toBe(typeof result);
        expect(lost()).toEqual([]);
      });
    });

    test.each(['failAfter', 'failBefore'] as const)('with any write broken (%s), an undo brings the beginning back', async (how) => {
      await atEveryWrite(async (strike) => {
        const { rig, fake, beginning, lost } = await began();
        strike(fake, how);
        await fails(rig.act(step, input));
        await rig.undo(step);
        expect(fake.world()).toEqual(beginning);
        expect(lost()).toEqual([]);
      });
    });

    test('with any write of the undo broken, the undo repeated brings the beginning back', async () => {
      const { undoWrites } = await undisturbed();
      for (let number = 0; number < undoWrites; number += 1) {
        const { rig, fake, beginning, lost } = await began();
        await rig.act(step, input);
        await rig.adapters.locks.raiseEpoch('r1', 2);
        fake.failAfter(nth(number));
        await rig.undo(step).catch(keepsSecrets);
        await rig.undo(step);
        expect(fake.world()).toEqual(beginning);
        expect(lost()).toEqual([]);
      }
    });

    test('an attempt that was stalled at any write and wakes up after the undo changes nothing', async () => {
      await atEveryWrite(async (strike) => {
        const { rig, fake, beginning, lost } = await began();
        const hang = strike(fake, 'hangBefore')!;
        const stalled = fails(rig.act(step, input));
        await hang.reached;
        await rig.undo(step);
        expect(fake.world()).toEqual(beginning);
        hang.release();
        await stalled;
        expect(fake.world()).toEqual(beginning);
        expect(lost()).toEqual([]);
      });
    });
  });
}

const nth = (number: number) => {
  let seen = 0;
  return () => seen++ === number;
};

/** Everything that Temporal would keep of it. */
function tell(told: unknown): string {
  if (!(told instanceof Error)) return JSON.stringify(told) ?? '';
  const details = 'details' in told ? JSON.stringify(told.details) : '';
  return `${told.message} ${told.stack} ${details} ${told.cause === undefined ? '' : tell(told.cause)}`;
}

/** As clouds know them. */
const volumesOf = (fake: FakeCluster): readonly string[] =>
  fake.all<PersistentVolume>('v1', 'PersistentVolume').map(({ metadata, spec }) => spec.csi?.volumeHandle ?? metadata.name);
