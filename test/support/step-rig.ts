import type { Adapters } from '../../src/activities/adapters.js';
import { journaled } from '../../src/activities/runs/journaled.js';
import { apiKey } from '../../src/adapters/cluster-key/api-key.js';
import { createClusterJournal } from '../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import { createKube } from '../../src/adapters/kube/guarded.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import type { Act } from '../../src/model/act.js';
import type { Json } from '../../src/model/kube-object.js';
import type { Settings } from '../../src/model/settings.js';
import { readSettings } from '../../src/worker/settings.js';
import { asActivity } from './as-activity.js';

export { asActivity };

// biome-ignore lint/suspicious/noExplicitAny: steps of every shape are called here by name.
export type AnySteps = Readonly<Record<string, (...args: any[]) => Promise<any>>>;

/** What this test's step has no business with: every call fails. */
const outOfReach = <T extends object>(name: string): T => new Proxy({} as T, { get: () => () => Promise.reject(new Error(`no ${name} in this test`)) });

/** What a worker would give its activities, over a fake cluster; the rest only where a test brings it. */
export function adaptersOver(
  raw: RawKube,
  { settings = {}, ...brought }: { readonly settings?: Partial<Settings> } & Partial<Pick<Adapters, 'helm' | 'temporal' | 'requestFiles' | 'webhook'>> = {},
): Adapters {
  const locks = createClusterLocks(raw);
  return {
    kube: createKube(raw, locks),
    journal: createClusterJournal(raw, locks),
    locks,
    helm: outOfReach('helm'),
    temporal: outOfReach('temporal'),
    requestFiles: outOfReach('request files'),
    webhook: () => Promise.reject(new Error('no webhook in this test')),
    apiKey: apiKey({}, async () => raw),
    ...brought,
    settings: { ...readSettings({}), ...settings },
  };
}

/** Steps of one run, called as the engine calls them: with the journal around them. */
export class StepRig {
  readonly adapters: Adapters;
  readonly #steps: AnySteps;

  constructor(
    raw: RawKube,
    factory: (adapters: Adapters) => AnySteps,
    options: Parameters<typeof adaptersOver>[1] = {},
    readonly run = 'r1',
  ) {
    this.adapters = adaptersOver(raw, options);
    this.#steps = journaled(factory(this.adapters), this.adapters.journal);
  }

  #act = (step: string): Act => ({ run: this.run, epoch: 1, step });

  #call(name: string, ...args: readonly unknown[]) {
    return asActivity(() => this.#steps[name]!(...args));
  }

  check = (step: string, input: unknown, id = 'it'): Promise<readonly string[]> => this.#call(named('check', step), input, this.#act(id));

  capture = (step: string, input: unknown, id = 'it'): Promise<void> => this.#call(named('capture', step), input, this.#act(id), { number: 1, title: id });

  act = (step: string, input: unknown, id = 'it'): Promise<Json | undefined> => this.#call(step, input, this.#act(id));

  /** As a rollback does it: in a raised epoch. */
  undo = async (step: string, id = 'it'): Promise<void> => {
    const epoch = await this.adapters.locks.raiseEpoch(this.run, 2);
    await this.#call(named('undo', step), { ...this.#act(id), epoch, undo: true });
  };
}

const named = (prefix: 'check' | 'capture' | 'undo', step: string) => prefix + step.charAt(0).toUpperCase() + step.slice(1);
