/** A name of at most so many characters: a longer one is told by its hash, since two may begin alike. */
export function cutName(name: string, most: number): string {
  if (name.length <= most) return name;
  const hash = fnv1a(name);
  return `${name.slice(0, most - hash.length - 1).replace(/[^a-z0-9]+$/, '')}-${hash}`;
}

/** Eight hexadecimal digits; a plan makes names, too, and has no crypto. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
