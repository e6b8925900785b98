const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}

/** What clocks in the zone show, as if it were UTC. Milliseconds, both. */
export function localAt(timeZone: string, at: number): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const [year, month, day, hour, minute, second] = (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((name) => parts.get(name) ?? 0);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

export const offsetAt = (timeZone: string, at: number): number => localAt(timeZone, at) - Math.floor(at / 1000) * 1000;

/** When clocks in the zone show that: never, once or twice; the earlier first. */
export function instantsOf(timeZone: string, local: number): readonly number[] {
  const around = [dayMilliseconds, -dayMilliseconds].map((far) => offsetAt(timeZone, local + far));
  return [...new Set(around)]
    .map((offset) => local - offset)
    .filter((at) => localAt(timeZone, at) === local)
    .sort((left, right) => left - right);
}

export const dayMilliseconds = 86_400_000;

/** Only zones by their names have clock changes; `Europe/Berlin`, and UTC. */
export function isTimeZone(name: string): boolean {
  if (name !== 'UTC' && !/^[A-Z]\w+(\/[A-Z][\w+-]*)+$/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}
