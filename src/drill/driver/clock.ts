/** The driver was told to stop: everything goes back at once. */
export class Aborted extends Error {}

export interface Clock {
  /** Milliseconds since the driver began; never set back. */
  now(): number;
  /** What its node's clock shows, in milliseconds since 1970. */
  date(): number;
  /** Aborted when the driver is told to stop meanwhile. */
  sleep(ms: number): Promise<void>;
}

export function clock(signal: AbortSignal): Clock {
  const origin = performance.now();
  return {
    now: () => performance.now() - origin,
    date: () => Date.now(),
    async sleep(ms) {
      if (signal.aborted) throw new Aborted('the drill was told to stop');
      await new Promise<void>((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        signal.addEventListener('abort', wake);
      });
      if (signal.aborted) throw new Aborted('the drill was told to stop');
    },
  };
}
