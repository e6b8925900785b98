const pauseMilliseconds = 500;

/** Tries until it works, telling each new reason once. */
export async function untilDone<T>(attempt: () => Promise<T>): Promise<T> {
  for (let told = ''; ; ) {
    try {
      return await attempt();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== told) console.error(`waiting: ${reason}`);
      told = reason;
      await new Promise((next) => setTimeout(next, pauseMilliseconds));
    }
  }
}
