import { failure } from '../../errors.js';

/** Where a page begins: at a place in Temporal's list, or after so many of those that only their journal remembers. */
export type Place = { readonly token?: string } | { readonly lost: number };

export const writePlace = (place: Place): string => JSON.stringify(place);

/** InvalidSpec for what no list ever answered. */
export function readPlace(text: string | undefined): Place {
  if (text === undefined) return {};
  const place = parsed(text);
  if (typeof place === 'object' && place !== null) {
    if ('token' in place && typeof place.token === 'string') return { token: place.token };
    if ('lost' in place && typeof place.lost === 'number' && place.lost >= 0) return { lost: place.lost };
  }
  throw failure('InvalidSpec', 'after: not the end of any page');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
