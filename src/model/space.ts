/** Of what a copy writes, in bytes. */
export interface Space {
  /** With what sorting, WAL and indexes take on top. */
  readonly neededBytes: number;
  /** On the target's volume; absent where the server does not tell. */
  readonly freeBytes?: number;
}

const inGib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;

/** In a sentence with both numbers, why the target's volume cannot take it; none where it can, or where nobody knows what is free. */
export function lackOfSpace({ neededBytes, freeBytes }: Space): readonly string[] {
  if (freeBytes === undefined || freeBytes >= neededBytes) return [];
  return [`The copy needs about ${inGib(neededBytes)} on the target's volume; ${inGib(freeBytes)} are free.`];
}

/** What copies onto one volume take together. */
export const together = (spaces: readonly Space[]): Space => ({
  neededBytes: spaces.reduce((sum, { neededBytes }) => sum + neededBytes, 0),
  ...(spaces.every(({ freeBytes }) => freeBytes !== undefined) && { freeBytes: Math.min(...spaces.map(({ freeBytes = 0 }) => freeBytes)) }),
});
