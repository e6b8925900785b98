import type { PlaceOnLab } from '../story/place.js';
import type { Stack } from '../story/stack.js';
import type { Place } from '../story/tools.js';

/** Where a part of the suite plays, and whom it tells. */
export interface Scene {
  readonly place: Place;
  readonly power: PlaceOnLab['power'];
  readonly stack: Stack;
  /** Folder of everything that is kept. */
  readonly out: string;
  readonly tell: (line: string) => void;
  /** Keeps what a part has so far, under its name in the result. */
  readonly keep: (part: string, value: unknown) => void;
  /** A bar that was not reached: the suite fails in the end, and goes on. */
  readonly miss: (what: string) => void;
}
