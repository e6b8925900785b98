/** One knock on the door. `t`: when it was sent, in milliseconds since the epoch; the answer came `ms` later. */
export type Sample = {
  readonly t: number;
  readonly url: string;
  /** The expected status arrived in time. */
  readonly ok: boolean;
  /** Absent when nothing came back: refused, timed out, cut off. */
  readonly status?: number;
  readonly ms: number;
  /** Who answered, if it says so (header x-served-by): tells the two sides of a move apart. */
  readonly servedBy?: string;
};

export const answeredAt = ({ t, ms }: Sample): number => t + ms;
