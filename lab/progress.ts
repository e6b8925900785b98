import pc from 'picocolors';

/** Seconds since `start` (milliseconds of performance.now), with one decimal. */
export function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** One line on stderr; stdout is for data. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs a piece of work and says on stderr how long it took; one that takes long is announced, and then told of every minute. */
export async function timed<T>(label: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const announcement = setTimeout(() => say(pc.dim(`… ${label}`)), 3000);
  const sign = setInterval(() => say(pc.dim(`… ${label} ${secondsSince(start)} s`)), 60_000);
  try {
    const result = await work();
    say(`${pc.green('✓')} ${label} ${pc.dim(`${secondsSince(start)} s`)}`);
    return result;
  } catch (error) {
    say(`${pc.red('✗')} ${label} ${pc.dim(`${secondsSince(start)} s`)}`);
    throw error;
  } finally {
    clearTimeout(announcement);
    clearInterval(sign);
  }
}
