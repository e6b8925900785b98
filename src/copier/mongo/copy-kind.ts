import type { CatalogEntry } from './catalog.js';

type Kind = Pick<CatalogEntry, 'type' | 'options'>;

const isCapped = ({ options }: Kind): boolean => options['capped'] === true;
const isTimeSeries = ({ type }: Kind): boolean => type === 'timeseries';

/**
 * Copied by one unit. The order of a capped collection is its contents; a time series has no `_id` by which to know a document again; and a clustered one has
 * no index on `_id` to walk: the server would read all of it for every bound.
 */
export const copiedWhole = (entry: Kind): boolean => isCapped(entry) || isTimeSeries(entry) || entry.options['clusteredIndex'] !== undefined;

/** Its unit begins from nothing, whatever a killed attempt left: what is there can't be filled up. */
export const begunAnew = (entry: Kind): boolean => isCapped(entry) || isTimeSeries(entry);

/**
 * What makes two collections equal. set: the same documents, byte by byte · sequence: in the same order, too · measurements: the same fields, in any order,
 * since a time series puts them together from columns each time they are read.
 */
export type HashKind = 'set' | 'sequence' | 'measurements';

export function hashKind(entry: Kind): HashKind {
  if (isTimeSeries(entry)) return 'measurements';
  return isCapped(entry) ? 'sequence' : 'set';
}
