import type { RawKube } from '../../../src/adapters/kube/kube.js';
import type { Power } from '../../../src/adapters/power/power.js';
import { Alarm } from '../../../src/drill/driver/alarm.js';
import { Aborted, type Clock } from '../../../src/drill/driver/clock.js';
import { Course } from '../../../src/drill/driver/course.js';
import { drive } from '../../../src/drill/driver/drive.js';
import { StuckPods } from '../../../src/drill/driver/stuck-pods.js';
import type { AnyFault } from '../../../src/drill/faults/fault.js';
import { nodeOff } from '../../../src/drill/faults/node-off.js';
import type { Told } from '../../../src/drill/ledger-file.js';
import type { Sample, Target } from '../../../src/drill/targets/target.js';
import { chain } from '../../../src/judge/chain.js';
import type { DrillRequest, DrillResult, LedgerRecord, MemberSample } from '../../../src/model/drill.js';
import type { KubeObject, Pod } from '../../../src/model/kube-object.js';
import { course } from '../../judge/support/ledger.js';
import { createFakeCluster, type FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { drillMember } from './drill-member.js';

/** One course with everything around it played: time stands still unless the course waits. What happens is listed. */
export class ByHand {
  readonly request: DrillRequest;
  readonly told: Told[] = [];
  readonly acts: string[] = [];
  readonly fake: FakeCluster = createFakeCluster();
  /** What happens at a time, in seconds since the course began; in order. */
  readonly events: { at: number; happens: () => void }[] = [];
  /** Of the target, as the API server lists them. */
  pods: readonly Pod[] = [];
  date = Date.parse('2027-01-03T03:00:00Z');
  silent = new Set<string>();
  /** How users' requests to the watched Service fare. */
  status = 200;
  isOff = false;
  primary = 'pg-0';
  troubles: readonly string[] = [];
  /** What a program in a pod comes to. */
  ran = { exitCode: 0, output: '' };
  #now = 0;
  #alarm: Alarm;

  constructor(more: Partial<DrillRequest> = {}) {
    this.request = { ...course, token: 't', image: 'i', ...more };
    const { stopWhen, members } = this.request;
    const fetch = async () => new Response('', { status: this.status });
    const watch = { latest: { members: [], redundant: true } as Sample };
    Object.defineProperty(watch, 'latest', { get: () => this.#sample() });
    this.#alarm = new Alarm({ stopWhen, members, watch, now: () => this.#now, fetch });
  }

  get seconds(): number {
    return this.#now / 1000;
  }

  at(seconds: number, happens: () => void): void {
    this.events.push({ at: seconds, happens });
  }

  async drive(): Promise<DrillResult> {
    const line = chain();
    let text = '';
    const tell = (told: Told) => {
      this.told.push(told);
      text += `${line({ at: this.#now, ...told } as LedgerRecord)}\n`;
    };
    return drive(this.request, this.#course(tell), { tell, text: () => text });
  }

  /** Of one type, with the seconds at which they were told. */
  whys(type: 'stopped' | 'refused' | 'problem'): readonly string[] {
    return this.told.flatMap((each) => (each.type === type ? [each.why] : []));
  }

  #course(tell: (told: Told) => void): Course {
    const known = [0, 1, 2].map(drillMember);
    const sample = () => this.#sample();
    const clock = this.#clock();
    return new Course({
      stuckPods: new StuckPods({ kube: this.#kube(), namespace: this.request.target.namespace, clock, tell }),
      request: this.request,
      kube: this.#kube(),
      members: { known, follow: async () => undefined, read: async () => known },
      target: this.#target(),
      fault: this.#fault(),
      tell,
      load: { start: () => undefined, stop: async () => undefined, highest: 1 },
      watch: {
        start: () => undefined,
        get latest() {
          return sample();
        },
        wasRedundant: true,
      },
      guard: {
        arm: async () => void this.acts.push('arm'),
        disarm: async () => void this.acts.push('disarm'),
        confirm: async () => undefined,
        trouble: undefined,
      },
      alarm: { start: () => undefined, why: (hit) => this.#alarm.why(hit) },
      callGuard: async () => undefined,
      clock,
      runInPod: async ({ name }, command) => {
        this.acts.push(`${command.join(' ')} in ${name} at ${this.seconds} s`);
        if (this.ran.exitCode === 0) this.primary = name;
        return this.ran;
      },
      ownNode: 'n4',
      troubleAt: () => 0,
    });
  }

  #kube(): RawKube {
    return {
      ...this.fake,
      list: async <T extends KubeObject>(query: Parameters<RawKube['list']>[0]) =>
        query.kind === 'Pod'
          ? (this.pods.filter(({ spec }) => query.fieldSelector === `spec.nodeName=${spec.nodeName}`) as readonly KubeObject[] as readonly T[])
          : this.fake.list<T>(query),
      delete: async ({ name }, { uid, graceSeconds } = {}) => {
        this.acts.push(`delete ${name} (${uid}) with ${graceSeconds} s of grace, ${this.isOff ? 'off' : 'on'}`);
        this.pods = this.pods.filter(({ metadata }) => metadata.uid !== uid);
      },
    };
  }

  #sample(): Sample {
    const members: readonly MemberSample[] = [0, 1, 2].map((index) => ({
      name: `pg-${index}`,
      role: this.silent.has(`pg-${index}`) ? 'silent' : this.primary === `pg-${index}` ? 'primary' : 'replica',
    }));
    return { members, redundant: this.silent.size === 0 };
  }

  #clock(): Clock {
    return {
      now: () => this.#now,
      date: () => this.date + this.#now,
      sleep: async (ms) => {
        for (const until = this.#now + ms; this.#now < until; ) {
          this.#now = Math.min(until, this.#now + 50);
          for (const event of this.events.filter(({ at }) => at * 1000 <= this.#now)) {
            this.events.splice(this.events.indexOf(event), 1);
            event.happens();
          }
          if (this.#now % 200 === 0) await this.#alarm.look();
        }
        if (this.acts.includes('abort')) throw new Aborted('the drill was told to stop');
      },
    };
  }

  /** The product's, with a power controller that obeys. */
  #fault(): AnyFault {
    const power: Power = {
      state: async () => (this.isOff ? 'off' : 'on'),
      switch: async (_, state) => {
        this.isOff = state === 'off';
        if (this.isOff) this.silent.add('pg-0');
        else this.silent.delete('pg-0');
        this.acts.push(`${state} at ${this.seconds} s`);
      },
    };
    return nodeOff({ power, kube: this.#kube() }) as AnyFault;
  }

  #target(): Target {
    const nothing = async () => undefined;
    return {
      prepare: nothing,
      openWriter: () => Promise.reject(new Error('nobody writes here')),
      look: async () => this.#sample(),
      whyNotStrict: async () => [],
      finalReads: async () => [],
      troubles: async () => this.troubles,
      facts: async () => [],
      remove: nothing,
      close: () => undefined,
    };
  }
}
