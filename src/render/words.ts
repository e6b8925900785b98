import type { Estimate } from '../model/plan.js';
import type { HeldOut } from '../model/report.js';
import type { StepProgress } from '../model/schema/step-progress.js';
import { showBytes } from '../model/show-bytes.js';
import type { Space } from '../model/space.js';

/** `0.4 s`, `1 min 05 s`, `2 h 03 min` */
export function showSeconds(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** `about 2 min 05 s for 1.2 GiB; takes 1.4 GiB of the target, where 20.0 GiB are free` */
export const showEstimate = ({ bytes, seconds, space }: Estimate): string =>
  `about ${showSeconds(seconds)} for ${showBytes(bytes)}${space ? `; takes ${showBytes(space.neededBytes)} of the target, ${showFree(space)}` : ''}`;

const showFree = ({ freeBytes }: Space): string => (freeBytes === undefined ? 'which does not tell what is free' : `where ${showBytes(freeBytes)} are free`);

/** `copy, 3 of 20 units, 1.2 GiB of 5.0 GiB, 120,000 records, 48.0 MiB a second, about 1 min 20 s left, at public.orders` */
export function showProgress({ phase, unit, unitsDone, unitsTotal, records, bytes, totalBytes, bytesPerSecond, secondsLeft, slowedBy }: StepProgress): string {
  return [
    phase,
    ...(unitsTotal > 0 ? [`${unitsDone} of ${unitsTotal} units`] : []),
    ...(totalBytes > 0 ? [`${showBytes(bytes)} of ${showBytes(totalBytes)}`] : []),
    ...(records > 0 ? [`${records.toLocaleString('en')} records`] : []),
    ...(bytesPerSecond > 0 ? [`${showBytes(bytesPerSecond)} a second`] : []),
    ...(secondsLeft === undefined ? [] : [`about ${showSeconds(secondsLeft)} left`]),
    ...(unit === undefined ? [] : [`at ${unit}`]),
    ...(slowedBy === undefined ? [] : [`slowed: ${slowedBy}`]),
  ].join(', ');
}

/** How long a step took, and what it was thought to take; empty where neither is known. */
export function showTook(seconds: number | undefined, estimate: Estimate | undefined): string {
  const took = seconds === undefined ? [] : [showSeconds(seconds)];
  return [...took, ...(estimate ? [`(estimate: ${showEstimate(estimate)})`] : [])].join(' ');
}

/** `52 s, from … to …`; while it lasts, since when. */
export const showHeldOut = ({ from, to, seconds }: HeldOut): string =>
  seconds === undefined ? `since ${from}` : `${showSeconds(seconds)}, from ${from} to ${to}`;

/** `4 min ago`, for lists. */
export function showAge(since: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(since)) / 1000);
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}

/** Columns two blanks apart, as wide as their widest cell. Paint cells through `paint`, which sees padded text. */
export function table(rows: readonly (readonly string[])[], paint: (cell: string, row: number, column: number) => string = (cell) => cell): string {
  const widths = rows.reduce<number[]>((known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, [...cell].length)), []);
  return rows
    .map((row, at) =>
      row
        .map((cell, column) => paint(column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0), at, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** For a shell: bare where that is safe. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`);

/** The scalar of an activity's name: `undoScaleDown` → `undo scale down`. */
export const inWords = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
