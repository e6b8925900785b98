import type { HttpTarget } from '../../model/drill.js';
import type { Members } from '../members.js';
import { RefusedWrite, type Sample, type Target, type Writer } from './target.js';

const withinMs = 30_000;

/** Anything that answers requests and holds nothing: an answer of 2xx is an acknowledgement. Every request is a connection of its own, as new users make them. */
export class StatelessTarget implements Target {
  readonly #requestTo: string;
  readonly #members: Members;
  readonly #expected: number;

  constructor({ requestTo }: HttpTarget, members: Members, expected: number) {
    this.#requestTo = requestTo;
    this.#members = members;
    this.#expected = expected;
  }

  async prepare(): Promise<void> {}

  async openWriter(): Promise<Writer> {
    const giveUp = new AbortController();
    return {
      drop: () => giveUp.abort(),
      write: async () => {
        const signal = AbortSignal.any([giveUp.signal, AbortSignal.timeout(withinMs)]);
        const answer = await fetch(this.#requestTo, { signal, redirect: 'manual', headers: { connection: 'close' } });
        await answer.arrayBuffer();
        if (!answer.ok) throw new RefusedWrite(`answered ${answer.status}`);
        return {};
      },
    };
  }

  async look(): Promise<Sample> {
    const members = this.#members.known.map(({ name, address, ready }) => ({ name, address, role: ready ? ('replica' as const) : ('silent' as const) }));
    return { members, redundant: members.filter(({ role }) => role === 'replica').length >= this.#expected };
  }

  async whyNotStrict(): Promise<readonly string[]> {
    return ['a target without a database holds no writes'];
  }

  async finalReads() {
    return [];
  }

  async troubles() {
    return [];
  }

  async facts() {
    return [];
  }

  async remove(): Promise<void> {}

  close(): void {}
}
