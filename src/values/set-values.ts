import type { Values } from '../model/values.js';
import { parsePath } from '../model/values-path.js';
import type { ValuesOverlay } from '../model/values-source.js';
import { put } from './places.js';

/** The values with the overlay applied, path by path in order, as Helm's `--set` reads paths. Invalid where a path makes no sense. */
export function setValues(values: Values, overlay: ValuesOverlay): Values {
  return Object.entries(overlay).reduce<Values>((all, [path, value]) => put(all, parsePath(path), value) as Values, values);
}
