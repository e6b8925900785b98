import { gzipSync } from 'node:zlib';
import { courseName } from '../../../src/activities/drill/drill-manifests.js';
import { chain } from '../../../src/judge/chain.js';
import { type Course, drillArtifacts } from '../../../src/model/drill.js';
import type { Json } from '../../../src/model/kube-object.js';
import { specKinds } from '../../../src/model/schema/kinds.js';
import { until } from '../../cli/support/rehelm.js';
import { drillSpec, nightly } from '../../support/drill-kind.js';
import type { FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';
import type { Portal } from '../support/portal.js';
import { green, planHash } from './kinds.js';
import { asColleague, asFuzzer } from './people.js';

/** A request that is granted: where it goes, and what it says. */
export interface Granted {
  readonly id?: string;
  readonly body?: unknown;
}

const reason = 'CHG-4711';
/** Where four eyes are asked for. */
export const guarded = 'guarded';

/** Makes runs and schedules in the state that an operation asks for, each to be used once; those that only look share theirs. */
export class Seeds {
  readonly #portal: Portal;
  readonly #fake: FakeCluster;
  readonly #shared: string[] = [];
  readonly #schedules: string[] = [];
  #drill = '';
  #made = 0;

  constructor(portal: Portal, fake: FakeCluster) {
    this.#portal = portal;
    this.#fake = fake;
  }

  /** A run in every state, and schedules. Another's: a run and a schedule that who is a stranger there must not see. */
  async begin(): Promise<void> {
    const [waiting, parked, finished, rolledBack, finalizing, finalized] = [
      await this.#waiting(),
      await this.#parked(),
      await this.#succeeded(),
      await this.#waiting(),
      await this.#finalizing(),
      await this.#finalizing(),
    ];
    await this.#verb(rolledBack, 'rollback', { reason });
    await this.#becomes(rolledBack, ({ phase }) => phase === 'RolledBack');
    await this.#verb(finalized, 'approve', { gate: 'start', plan: planHash, reason });
    await this.#becomes(`${finalized}~finalize`, ({ phase }) => phase === 'Finalized');
    this.#drill = await this.#drilled();
    this.#shared.push(waiting, parked, finished, rolledBack, finalizing, finalized, this.#drill);
    for (let index = 0; index < 12; index += 1) this.#schedules.push(await this.#scheduled());
  }

  get someRuns(): readonly string[] {
    return this.#shared;
  }

  get someSchedules(): readonly string[] {
    return this.#schedules;
  }

  /** What this operation grants now; undefined for one that grants whatever fits its schema. */
  async granted(operation: string): Promise<Granted | undefined> {
    const make = this.#makers[operation];
    return make?.();
  }

  readonly #makers: Readonly<Record<string, () => Promise<Granted>>> = {
    startRun: async () => ({ body: { spec: this.#migration() } }),
    previewPlan: async () => ({ body: { spec: this.#migration() } }),
    createSchedule: async () => ({ body: { spec: drillSpec(this.#name(), nightly) } }),
    approveRun: async () => ({ id: await this.#waiting(), body: { gate: 'start', plan: planHash, reason } }),
    withdrawRun: async () => {
      // Approved, but paused: the approval is not used yet.
      const id = await this.#parked();
      await this.#verb(id, 'approve', { gate: 'start', plan: planHash, reason });
      return { id, body: { gate: 'start', reason } };
    },
    decideRun: async () => ({ id: await this.#parked(), body: { question: 1, choice: 'resume', reason } }),
    pauseRun: async () => ({ id: await this.#waiting(), body: { reason } }),
    rollbackRun: async () => ({ id: await this.#waiting(), body: { reason } }),
    finalizeRun: async () => ({ id: await this.#succeeded(), body: { reason, early: true } }),
    verifyReport: async () => ({ id: this.#drill }),
    approveSchedule: async () => this.#guarded(),
    pauseSchedule: async () => ({ id: await this.#scheduled(), body: { reason } }),
    resumeSchedule: async () => ({ id: await this.#scheduled(), body: { reason, acknowledge: false } }),
    triggerSchedule: async () => ({ id: await this.#scheduled(), body: { reason, acknowledge: false } }),
    getSchedule: async () => ({ id: await this.#scheduled() }),
    deleteSchedule: async () => ({ id: await this.#scheduled() }),
  };

  #name(): string {
    return `fuzzed-${++this.#made}`;
  }

  #migration(): object {
    const { target, ...rest } = specKinds.KustomizeToHelm.example as { readonly target: object };
    return { ...rest, target: { ...target, release: this.#name() } };
  }

  async #post(url: string, body: unknown, headers: Readonly<Record<string, string>> = asFuzzer) {
    const answer = await this.#portal.post(url, body, headers);
    if (answer.status >= 300) throw new Error(`no seed: ${url} answers ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  #verb(id: string, verb: string, body: object): Promise<unknown> {
    return this.#post(`/v1/runs/${id}/${verb}`, body);
  }

  async #becomes(id: string, wanted: (report: { readonly phase: string; readonly question?: unknown; readonly gate?: string }) => boolean): Promise<void> {
    await until(async () => {
      const { status, body } = await this.#portal.get(`/v1/runs/${id}/now`, asFuzzer);
      return status === 200 && wanted(body.report);
    });
  }

  async #waiting(): Promise<string> {
    const { id } = await this.#post('/v1/runs', { spec: this.#migration() });
    await this.#becomes(id, ({ gate }) => gate === 'start');
    return id;
  }

  async #parked(): Promise<string> {
    const id = await this.#waiting();
    await this.#verb(id, 'pause', { reason });
    await this.#becomes(id, ({ question }) => question !== undefined);
    return id;
  }

  async #succeeded(): Promise<string> {
    const { id } = await this.#post('/v1/runs', { spec: this.#migration(), plan: planHash });
    await this.#becomes(id, ({ phase }) => phase === 'Succeeded');
    return id;
  }

  async #finalizing(): Promise<string> {
    const id = await this.#succeeded();
    await this.#verb(id, 'finalize', { reason, early: true });
    await this.#becomes(`${id}~finalize`, ({ gate }) => gate === 'start');
    return id;
  }

  async #scheduled(): Promise<string> {
    return (await this.#post('/v1/schedules', { spec: drillSpec(this.#name(), nightly) })).id;
  }

  async #guarded(): Promise<Granted> {
    const { id, spec } = await this.#post('/v1/schedules', { spec: drillSpec(this.#name(), nightly, guarded) }, asColleague);
    return { id, body: { spec, reason } };
  }

  /** A drill that is over, with a ledger to hold its report against. */
  async #drilled(): Promise<string> {
    const { id, run } = await this.#post('/v1/runs', { spec: { ...drillSpec(this.#name()), approval: 'none' } });
    await this.#becomes(id, ({ phase }) => phase === 'Succeeded');
    const name = courseName(run, 'asConfigured');
    const course: Course = {
      run,
      name,
      target: { engine: 'http', namespace: 'web', selector: 'app=web', requestTo: 'http://web.web.svc:80/' },
      fault: { kind: 'podDelete', of: 'primary', lastsSeconds: 0, revertAfterSeconds: 600, fencedByProbe: false },
      load: { writers: 1, writesPerSecond: 1, steadySeconds: 1, settleSeconds: 1 },
      profile: 'asConfigured',
      expect: { redundancyWithinSeconds: 60 },
      members: 2,
    };
    const lines = [{ type: 'begin', at: 0, course, startedAt: '2026-11-22T00:00:00.000Z' } as const, { type: 'end', at: 1, diffAfter: [] } as const].map(
      chain(),
    );
    const { journal } = adaptersOver(this.#fake);
    const act = { run, epoch: 1, step: 'drive/asConfigured' };
    await journal.begin(act, { number: 1, step: 'driveDrill', title: 'Drive', captured: null });
    await journal.mark(act, 'done', green as unknown as Json);
    await journal.putArtifact(act, drillArtifacts(name).ledger, gzipSync(`${lines.join('\n')}\n`));
    return id;
  }
}
