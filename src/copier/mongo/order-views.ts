import type { Document } from 'mongodb';
import type { CatalogEntry } from './catalog.js';

/** Stages that read another collection or view: by a name, or by a document with one. https://www.mongodb.com/docs/manual/core/views/ */
const reading: Readonly<Record<string, string>> = { $lookup: 'from', $graphLookup: 'from', $unionWith: 'coll' };

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null;

/** Names that a pipeline reads, those of pipelines within it, too. */
function namesIn(value: unknown): readonly string[] {
  if (!isDocument(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = reading[key];
    const name = field === undefined ? undefined : isDocument(inner) ? inner[field] : inner;
    return [...(typeof name === 'string' ? [name] : []), ...namesIn(inner)];
  });
}

/** Each view after those that it reads. A server takes them in any order only while their collations agree, and not all do. */
export function orderViews(views: readonly CatalogEntry[]): readonly CatalogEntry[] {
  const byName = new Map(views.map((view) => [view.name, view]));
  const ordered = new Set<CatalogEntry>();
  const begun = new Set<CatalogEntry>();
  const add = (view: CatalogEntry | undefined): void => {
    if (!view || begun.has(view)) return;
    begun.add(view);
    for (const name of [String(view.options['viewOn']), ...namesIn(view.options['pipeline'])]) add(byName.get(name));
    ordered.add(view);
  };
  for (const view of views) add(view);
  return [...ordered];
}
