import { InvalidArgumentError } from 'commander';

/** Temporal keeps closed runs for a day at least. */
export function readDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1) throw new InvalidArgumentError('expected a number of days, 1 or more');
  return days;
}
