import { setTimeout as sleep } from 'node:timers/promises';
import type { RawKube } from '../../adapters/kube/kube.js';
import type { RunInPod } from '../../adapters/kube/run-in-pod.js';
import { isFailure } from '../../errors.js';
import type { DrillRequest, Mark } from '../../model/drill.js';
import { whyNotNow } from '../../model/schedule/window.js';
import { worstAfterFault } from '../../model/worst-course.js';
import { again, wordsOf } from '../again.js';
import type { AnyFault } from '../faults/fault.js';
import type { Told } from '../ledger-file.js';
import type { Member, Members } from '../members.js';
import type { Target } from '../targets/target.js';
import type { Alarm } from './alarm.js';
import type { Clock } from './clock.js';
import { failBack } from './fail-back.js';
import { findVictim, wantedRole } from './find-victim.js';
import type { GuardLink } from './guard-link.js';
import type { Load } from './load.js';
import type { StuckPods } from './stuck-pods.js';
import type { Watch } from './watch.js';
import { differencesOf, worldFacts } from './world-facts.js';

const readyWithinMs = 60_000;
const pollMs = 250;
const proofWithinMs = 10_000;
const heldEveryMs = 1000;
const againMs = 3000;
const compareWithinMs = 60_000;
const compareEveryMs = 1000;

export interface CourseParts {
  readonly request: DrillRequest;
  readonly kube: RawKube;
  readonly members: Pick<Members, 'known' | 'follow' | 'read'>;
  readonly target: Target;
  readonly fault: AnyFault;
  readonly tell: (told: Told) => void;
  readonly load: Pick<Load, 'start' | 'stop' | 'highest'>;
  readonly watch: Pick<Watch, 'start' | 'latest' | 'wasRedundant'>;
  readonly guard: Pick<GuardLink, 'arm' | 'disarm' | 'trouble' | 'confirm'>;
  readonly alarm: Pick<Alarm, 'start' | 'why'>;
  readonly stuckPods: Pick<StuckPods, 'on' | 'free'>;
  /** Has a guard stand on a node that neither fails nor is ours. */
  readonly callGuard: (failing: string) => Promise<void>;
  readonly clock: Clock;
  readonly runInPod: RunInPod;
  /** The node on which the driver stands. */
  readonly ownNode: string;
  /** When the last write went wrong, on the ledger's clock. */
  readonly troubleAt: () => number;
}

/** Nothing was touched: as things are, the drill must not begin. */
export class Refused extends Error {}

/** The stages of one drill on one target, in the order in which `drive` takes them. Whatever is thrown between `inject` and `revert` leads to `revert`. */
export class Course {
  readonly #parts: CourseParts;
  #before: readonly string[] | undefined;
  #captured: { readonly member: Member; readonly data: unknown } | undefined;
  #called: Member | undefined;
  #faultAt = 0;
  #endedByItself = false;
  /** The driver stands on the node that would fail, and has touched nothing: another one elsewhere may drive the course. */
  isMisplaced = false;
  #isTold = false;

  constructor(parts: CourseParts) {
    this.#parts = parts;
  }

  /** The target stands as the plan saw it; what must be the same afterwards is read. */
  async look(): Promise<void> {
    const { members, target, watch, kube, clock } = this.#parts;
    const until = clock.now() + readyWithinMs;
    await members.follow();
    for (let amiss = await troublesOf(target); amiss.length > 0; amiss = await troublesOf(target)) {
      if (clock.now() > until) throw new Refused(`the target is not whole: ${amiss.join('; ')}`);
      await clock.sleep(pollMs);
    }
    this.#before = await worldFacts(kube, members, target);
    await again(() => target.prepare(), { everyMs: pollMs, withinMs: readyWithinMs });
    watch.start();
    while (!watch.latest.redundant) {
      if (clock.now() > until) throw new Refused(`the target is not fully redundant: ${shown(watch)}`);
      await clock.sleep(pollMs);
    }
  }

  /** Guard and hand start before anything is measured: what that takes of the machine is no part of the steady time. */
  async call(): Promise<void> {
    const { ownNode, callGuard } = this.#parts;
    const member = await this.#victim();
    if (member.node === ownNode) {
      this.isMisplaced = true;
      throw new Refused(`${member.name} stands on ${member.node}, as the driver does`);
    }
    await callGuard(member.node);
    await this.#capture(member);
    this.#called = member;
  }

  /** Users write, and the target stands, for the whole of the steady time. */
  async steady(): Promise<void> {
    const { request, load, clock, watch, target, alarm } = this.#parts;
    load.start();
    alarm.start();
    // The first connections are made; what they cost is no part of the steady minute.
    await clock.sleep(2000);
    this.#mark('steady');
    const until = clock.now() + request.load.steadySeconds * 1000;
    while (clock.now() < until) {
      if (!watch.wasRedundant) throw new Refused(`the target did not stay redundant: ${shown(watch)}`);
      const why = alarm.why();
      if (why !== undefined) throw new Refused(`before the fault ${why}`);
      await clock.sleep(pollMs);
    }
    if (request.profile !== 'strict') return;
    const reasons = await target.whyNotStrict();
    if (reasons.length > 0) throw new Refused(`strict is not available here: ${reasons.join('; ')}`);
  }

  /** Who is what is read once more, right before the fault; the guard holds what was captured and has answered. */
  async arm(): Promise<void> {
    const { request, guard, clock } = this.#parts;
    const outside = request.window && whyNotNow(request.window, worstAfterFault(request), clock.date());
    if (outside !== undefined) throw new Refused(outside);
    const member = await this.#victim();
    if (member.uid !== this.#called?.uid)
      throw new Refused(`the ${request.fault.of} is ${member.name} now: it was ${this.#called?.name} when the guard was called`);
    const data = await this.#capture(member);
    await guard.arm(data);
    this.#captured = { member, data };
  }

  async inject(): Promise<void> {
    const { fault, clock } = this.#parts;
    const { data, member } = this.#captured!;
    this.#mark('injecting', `${member.name} on ${member.node}`);
    this.#faultAt = clock.now();
    await fault.inject(data);
    const until = clock.now() + proofWithinMs;
    for (;;) {
      const why = await fault.whyNotProved(data);
      if (why === undefined) return this.#mark('faulted');
      if (clock.now() > until) throw new Error(`the fault is not proved: ${why}`);
      await clock.sleep(pollMs);
    }
  }

  /** For as long as the fault is to last. One that ended before is told; the target's own fence may end it where the spec says so. */
  async observe(): Promise<void> {
    const { request, fault, clock, guard } = this.#parts;
    const until = this.#faultAt + request.fault.lastsSeconds * 1000;
    while (clock.now() < until) {
      if (guard.trouble) throw new Error(guard.trouble);
      if (this.#isStopped()) return;
      const held = await fault.held(this.#captured!.data);
      if (held.state === 'over') return;
      if (held.state === 'ended') return this.#ended(held.why);
      await this.#lookAfterPods();
      await clock.sleep(Math.min(heldEveryMs, Math.max(1, until - clock.now())));
    }
  }

  /** Safe to repeat, and safe before the fault. Users go on writing meanwhile. */
  async revert(): Promise<void> {
    const { fault, guard, request } = this.#parts;
    if (!this.#captured) return;
    const isOurs = request.fault.lastsSeconds > 0 && !this.#endedByItself;
    if (isOurs) this.#mark('reverting');
    await fault.revert(this.#captured.data);
    if (isOurs) this.#mark('reverted');
    await guard.disarm();
  }

  /** Until the target is whole again and users have had no trouble for the settling time; at the latest when the expectation is broken. */
  async heal(): Promise<void> {
    const { request, watch, clock, troubleAt, target, tell } = this.#parts;
    const until = clock.now() + request.expect.redundancyWithinSeconds * 1000;
    let since = clock.now();
    while (clock.now() < until) {
      this.#isStopped();
      await this.#showStuckPods();
      if (!watch.latest.redundant) since = clock.now();
      const isQuiet = clock.now() - Math.max(troubleAt(), this.#faultAt) > request.load.settleSeconds * 1000;
      if (isQuiet && clock.now() - since > againMs) break;
      await clock.sleep(pollMs);
    }
    if (request.profile !== 'strict') return;
    const reasons = await target.whyNotStrict();
    if (reasons.length > 0) tell({ type: 'problem', why: `strict before the fault, and not after it: ${reasons.join('; ')}` });
  }

  /** Makes the old primary primary again, where that is asked for and has not come by itself. Users go on writing. */
  async failBack(): Promise<void> {
    if (await failBack(this.#parts, this.#captured!.member, (mark, note) => this.#mark(mark, note))) await this.heal();
  }

  /** Nobody writes any more; then every member is read, twice: what appears later was not there when it was told. */
  async close(): Promise<void> {
    const { load, target, tell, clock } = this.#parts;
    await load.stop();
    this.#mark('closed');
    for (const pauseMs of [0, 1000]) {
      await clock.sleep(pauseMs);
      for (const read of await target.finalReads()) tell({ type: 'final', read });
    }
  }

  /** Removes what was made, if anything was, and compares with what there was, until it is the same or a minute has passed. Not given up because one answer failed. */
  async compare(): Promise<readonly string[]> {
    const { kube, members, target } = this.#parts;
    const before = this.#before;
    if (!before) return [];
    const patience = { everyMs: compareEveryMs, withinMs: compareWithinMs };
    await again(() => target.remove(), patience);
    let differences: readonly string[] = [];
    for (const until = Date.now() + compareWithinMs; ; await sleep(compareEveryMs)) {
      await again(async () => {
        differences = differencesOf(before, await worldFacts(kube, members, target));
      }, patience);
      if (differences.length === 0 || Date.now() > until) return differences;
    }
  }

  /** Who reports is settled: a guard that took the driver for lost meanwhile does it itself. */
  async confirm(): Promise<void> {
    await this.#parts.guard.confirm();
  }

  /** Users wrote, so the members hold something. */
  get isWritten(): boolean {
    return this.#parts.load.highest > 0;
  }

  get isFaulty(): boolean {
    return this.#captured !== undefined;
  }

  /** What is not as the fault needs it is no failure of the drill. */
  #capture(member: Member): Promise<unknown> {
    const { fault, request } = this.#parts;
    return fault.capture(member, request.fault).catch((error: unknown) => {
      throw isFailure(error, 'NotReady', 'NotFound') ? new Refused(error.message) : error;
    });
  }

  async #victim(): Promise<Member> {
    const { request, watch } = this.#parts;
    const found = await findVictim(this.#parts);
    if (!found) throw new Refused(`no member is ${wantedRole(request)} now: ${shown(watch)}`);
    return found;
  }

  /** Shown, and freed where the spec says how; only a fault that takes a whole node away leaves any. */
  async #lookAfterPods(): Promise<void> {
    const { stuckPods, fault, request } = this.#parts;
    const { member, data } = this.#captured!;
    const how = request.fault.stuckPods;
    if (fault.free && how !== undefined) await stuckPods.free(member.node, how, (pods) => fault.free!(data, pods));
    else await this.#showStuckPods();
  }

  async #showStuckPods(): Promise<void> {
    const { stuckPods, fault } = this.#parts;
    if (fault.free && this.#captured) await stuckPods.on(this.#captured.member.node);
  }

  /** What the spec stops for has come; told once. */
  #isStopped(): boolean {
    const { alarm, tell } = this.#parts;
    const why = this.#isTold ? undefined : alarm.why(this.#captured?.member.name);
    if (why !== undefined) tell({ type: 'stopped', why });
    this.#isTold ||= why !== undefined;
    return this.#isTold;
  }

  #ended(why: string): void {
    const { request, tell } = this.#parts;
    this.#endedByItself = true;
    this.#mark('ended', why);
    if (!request.fault.fencedByProbe) tell({ type: 'problem', why: `the fault did not last ${request.fault.lastsSeconds} s: ${why}` });
  }

  #mark(mark: Mark, note?: string): void {
    this.#parts.tell({ type: 'mark', mark, ...(note !== undefined && { note }) });
  }
}

/** A way in that fails is amiss, too: what stands there may have just begun. */
const troublesOf = (target: Target): Promise<readonly string[]> => target.troubles().catch((error: unknown) => [wordsOf(error)]);

const shown = ({ latest }: Pick<Watch, 'latest'>): string => latest.members.map(({ name, role }) => `${name} ${role}`).join(', ') || 'no members';
