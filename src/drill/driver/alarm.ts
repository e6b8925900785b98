import type { StopWhen } from '../../model/drill.js';
import type { Watch } from './watch.js';

const everyMs = 200;
/** A request without an answer after this time failed. */
const patienceMs = 1000;
/** Whose rate it is, and how many requests it takes at least: one slow answer is no rate. */
const overMs = 10_000;
const fewest = 25;

export interface AlarmParts {
  readonly stopWhen: StopWhen | undefined;
  /** How many members there were when the plan was made. */
  readonly members: number;
  readonly watch: Pick<Watch, 'latest'>;
  readonly now: () => number;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

interface Asked {
  readonly at: number;
  readonly failed: boolean;
}

/** Looks five times a second for what the drill must stop for: users whose requests fail, and a member that is ill beside the one that was hit. */
export class Alarm {
  readonly #parts: AlarmParts;
  #timer: NodeJS.Timeout | undefined;
  #asked: Asked[] = [];
  #illSince: number | undefined;

  constructor(parts: AlarmParts) {
    this.#parts = parts;
  }

  start(): void {
    if (!this.#parts.stopWhen || this.#timer) return;
    this.#timer = setInterval(() => void this.look(), everyMs);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Once; settles when the request was answered, or was not. */
  async look(): Promise<void> {
    const { stopWhen, now, fetch } = this.#parts;
    if (!stopWhen?.errorRate) return;
    const at = now();
    const failed = await fetch(stopWhen.errorRate.url, { redirect: 'manual', headers: { connection: 'close' }, signal: AbortSignal.timeout(patienceMs) })
      // Whoever is told that he may not see something was served.
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status >= 500;
      })
      .catch(() => true);
    this.#asked.push({ at, failed });
  }

  /** Why the drill must stop now, if it must. `hit`: the member that may be ill. */
  why(hit?: string): string | undefined {
    return this.#tooManyErrors() ?? this.#secondIll(hit);
  }

  #tooManyErrors(): string | undefined {
    const { stopWhen, now } = this.#parts;
    if (!stopWhen?.errorRate) return undefined;
    const { of, above } = stopWhen.errorRate;
    this.#asked = this.#asked.filter(({ at }) => at > now() - overMs);
    const failed = this.#asked.filter((each) => each.failed).length;
    const rate = failed / this.#asked.length;
    return this.#asked.length < fewest || rate <= above
      ? undefined
      : `${failed} of the last ${this.#asked.length} requests to ${of} failed; ${percent(above)} may`;
  }

  #secondIll(hit: string | undefined): string | undefined {
    const { stopWhen, watch, members, now } = this.#parts;
    const limit = stopWhen?.secondMemberIllSeconds;
    if (limit === undefined || hit === undefined) return undefined;
    const answering = watch.latest.members.filter(({ name, role }) => name !== hit && role !== 'silent');
    this.#illSince = answering.length >= members - 1 ? undefined : (this.#illSince ?? now());
    if (this.#illSince === undefined || now() - this.#illSince < limit * 1000) return undefined;
    const silent = watch.latest.members.filter(({ name, role }) => name !== hit && role === 'silent').map(({ name }) => name);
    return `beside ${hit} ${silent.join(', ') || 'another member'} has not answered for ${limit} s`;
  }
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10} %`;
