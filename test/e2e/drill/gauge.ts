/** One line of the writer's log; `at` in milliseconds since 1970. */
export type Sample =
  | { readonly at: number; readonly kind: 'ack' | 'failed'; readonly id: number }
  | { readonly at: number; readonly kind: 'member'; readonly name: string; readonly isPrimary: boolean };

/** What a fault did to those who write. */
export interface Gauge {
  /** From the last acknowledged write before the longest silence to the first after it. */
  readonly silenceSeconds: number;
  /** From the fault to the end of that silence; undefined: writes did not come back. */
  readonly backAfterSeconds: number | undefined;
  /** How long two members at once said that they were primary. */
  readonly twoPrimariesSeconds: number;
}

const staleAfterMilliseconds = 1500;

/** Reads `SECONDS ack|failed ID` and `SECONDS member NAME t|f|?`; members that did not answer are left out. */
export function readSamples(log: string): readonly Sample[] {
  return log.split('\n').flatMap((line): readonly Sample[] => {
    const [seconds, kind, subject = '', answer] = line.split(' ');
    const at = Number(seconds) * 1000;
    if (kind === 'ack' || kind === 'failed') return [{ at, kind, id: Number(subject) }];
    return kind === 'member' && (answer === 't' || answer === 'f') ? [{ at, kind, name: subject, isPrimary: answer === 'f' }] : [];
  });
}

/** Of the samples from the last acknowledged write before the fault on. */
export function gauge(samples: readonly Sample[], faultAt: number): Gauge {
  const inOrder = samples.toSorted((one, other) => one.at - other.at);
  const last = inOrder.findLast(({ at, kind }) => kind === 'ack' && at <= faultAt);
  const seen = inOrder.filter(({ at }) => at >= (last?.at ?? faultAt));
  const acks = seen.filter(({ kind }) => kind === 'ack').map(({ at }) => at);
  const silences = acks.slice(1).map((at, index) => ({ from: acks[index]!, to: at }));
  const longest = silences.toSorted((one, other) => other.to - other.from - (one.to - one.from))[0];
  const cameBack = seen.at(-1) !== undefined && seen.at(-1)!.at - (acks.at(-1) ?? 0) < 5000;
  return {
    silenceSeconds: longest === undefined ? 0 : seconds(longest.to - longest.from),
    backAfterSeconds: longest !== undefined && cameBack ? seconds(longest.to - faultAt) : undefined,
    twoPrimariesSeconds: twoPrimariesSeconds(seen),
  };
}

function twoPrimariesSeconds(samples: readonly Sample[]): number {
  const last = new Map<string, number>();
  let total = 0;
  let before: number | undefined;
  for (const sample of samples) {
    if (sample.kind !== 'member') continue;
    if (sample.isPrimary) last.set(sample.name, sample.at);
    else last.delete(sample.name);
    const fresh = [...last.values()].filter((at) => sample.at - at < staleAfterMilliseconds).length;
    if (fresh > 1 && before !== undefined) total += sample.at - before;
    before = fresh > 1 ? sample.at : undefined;
  }
  return seconds(total);
}

const seconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
