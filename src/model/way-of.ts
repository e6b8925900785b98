/** How a database of a release goes along with its chart. */
export type Way = 'dump' | 'copy' | 'rebind' | 'upgradeInPlace';

interface Wish {
  readonly mode: Way | 'auto';
  readonly rebind?: object | undefined;
  readonly upgrade?: object | undefined;
  readonly volume?: object | undefined;
}

/** `auto`: whichever is said how to do. */
export function wayOf({ mode, rebind, upgrade, volume }: Wish): Way {
  if (mode !== 'auto') return mode;
  if (rebind) return 'rebind';
  if (upgrade) return 'upgradeInPlace';
  return volume ? 'copy' : 'dump';
}
