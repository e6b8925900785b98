const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `30s`, `10m`, `2h`, `7d`. */
export const durationPattern = /^\d+[smhd]$/;

/** Of a text that fits the pattern, in seconds. */
export const durationSeconds = (text: string): number => Number(text.slice(0, -1)) * unitSeconds[text.slice(-1) as keyof typeof unitSeconds];

/** A year, in seconds. Beyond it a number is a typo, and far beyond it a timer breaks. */
export const longestDuration = 365 * unitSeconds.d;
