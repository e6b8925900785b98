import { failure } from '../../../src/errors.js';
import type { Report } from '../../../src/model/report.js';
import { type Around, migrate, resultOf, turnBack } from './migration.js';
import { createProduct, type Product } from './product.js';
import { attended, specOf, unattended } from './spec.js';

/** What is carried out: a kind, its world, and its spec with more laid over it. */
export interface Play {
  readonly workflow: string;
  create(): Product;
  specOf(more: object): object;
}

export const migration: Play = { workflow: 'kustomizeToHelm', create: createProduct, specOf };

/** A step as the plan lists it. */
export interface PlannedStep {
  readonly id: string;
  readonly step: string;
  readonly title: string;
  /** After the commit nothing goes back by itself. */
  readonly committed: boolean;
}

/** How a run that was turned back left the world. */
export interface Outcome {
  readonly report: Report;
  readonly product: Product;
}

const isMomentOf = ({ id, step }: PlannedStep, name: string, act: { readonly step: string } | undefined): boolean => name === step && act?.step === id;

/** The step acts, and then fails for good: the worst moment. Before the commit the run goes back by itself. */
export async function failAfter(step: PlannedStep, { workflow, create, specOf }: Play = migration): Promise<Outcome> {
  const product = create();
  let failed = false;
  const around: Around = async (name, act, call) => {
    const result = await call();
    if (failed || !isMomentOf(step, name, act)) return result;
    failed = true;
    throw failure('Invalid', `connection lost after ${step.id}`);
  };
  let report: Report | undefined;
  await migrate({ workflow, product, spec: specOf(unattended), around }, async ({ run }) => {
    report = step.committed ? await turnBack(run, step.title) : await resultOf(run);
  });
  return { product, report: report! };
}

/** For `around`: the step acts, and then fails once. */
export function failingOnce(id: string): Around {
  let failed = false;
  return async (name, act, call) => {
    const result = await call();
    if (failed || act?.step !== id || name.startsWith('capture')) return result;
    failed = true;
    throw failure('Invalid', `the connection broke after ${id}`);
  };
}

/** A cancel comes while the step acts: the step ends, the run asks, and a person turns it back. */
export async function cancelDuring(step: PlannedStep, { workflow, create, specOf }: Play = migration): Promise<Outcome> {
  const product = create();
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const around: Around = async (name, act, call) => {
    const result = await call();
    if (isMomentOf(step, name, act)) {
      reached.resolve();
      await gate.promise;
    }
    return result;
  };
  let report: Report | undefined;
  await migrate({ workflow, product, spec: specOf(attended), around }, async ({ run }) => {
    await reached.promise;
    await run.cancel();
    gate.resolve();
    report = await turnBack(run, 'Cancel was requested');
  });
  return { product, report: report! };
}

/** Carries cases out side by side, a few at a time, in the order in which they are listed; each is awaited by its own test. */
export function sideBySide<K, T>(keys: readonly K[], width: number, carryOut: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const cases = new Map(keys.map((key) => [key, Promise.withResolvers<T>()]));
  for (const { promise } of cases.values()) promise.catch(() => undefined);
  const queue = [...keys];
  const worker = async () => {
    for (let key = queue.shift(); key !== undefined; key = queue.shift()) await carryOut(key).then(cases.get(key)!.resolve, cases.get(key)!.reject);
  };
  let started = false;
  return (key) => {
    if (!started) for (let workers = 0; workers < width; workers += 1) void worker();
    started = true;
    return cases.get(key)!.promise;
  };
}
