import type { CollectionHash, CollectionVerdict, DatabaseHash } from '../../model/copier-mongo.js';
import type { Json } from '../../model/kube-object.js';

/** Fields of an option or an index in any order; inside `key` the order means something, and arrays keep theirs. */
export function canonical(definition: Json): string {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) return JSON.stringify(definition);
  return JSON.stringify(Object.entries(definition).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const list = (definitions: readonly Json[]) => definitions.map(canonical).toSorted().join('\n');

function differencesOf(source: CollectionHash, target: CollectionHash, ranges: string | undefined): readonly string[] {
  const { name } = source;
  const where = ranges === undefined ? '' : ` Where ${ranges}.`;
  return [
    ...(source.documents === target.documents ? [] : [`${name}: ${source.documents} documents in the source, ${target.documents} in the target.${where}`]),
    ...(source.documents === target.documents && source.hash !== target.hash
      ? [`${name}: as many documents on both sides, but with other contents.${where}`]
      : []),
    ...(canonical(source.options) === canonical(target.options) ? [] : [`${name}: other options.`]),
    ...(list(source.indexes) === list(target.indexes)
      ? []
      : [`${name}: other indexes (${source.indexes.length} in the source, ${target.indexes.length} in the target).`]),
  ];
}

const short = (collection: CollectionHash | undefined) => collection && { documents: collection.documents, hash: collection.hash };

function compareOne(
  name: string,
  source: CollectionHash | undefined,
  target: CollectionHash | undefined,
  ranges: string | undefined,
): { readonly verdict: CollectionVerdict; readonly differences: readonly string[] } {
  const missing = `${name}: only in the ${source ? 'source' : 'target'}.`;
  const differences = source && target ? differencesOf(source, target, ranges) : [missing];
  const [left, right] = [short(source), short(target)];
  return { verdict: { name, ...(left && { source: left }), ...(right && { target: right }), equal: differences.length === 0 }, differences };
}

/** Documents, options, indexes and views of two databases; names of the databases don't matter. `where`: ranges that hold the differences, by collection. */
export function compareDatabases(
  source: DatabaseHash,
  target: DatabaseHash,
  where: ReadonlyMap<string, string> = new Map(),
): { readonly collections: readonly CollectionVerdict[]; readonly differences: readonly string[] } {
  const names = [...new Set([...source.collections, ...target.collections].map(({ name }) => name))].toSorted();
  const of = ({ collections }: DatabaseHash, name: string) => collections.find((collection) => collection.name === name);
  const compared = names.map((name) => compareOne(name, of(source, name), of(target, name), where.get(name)));
  const views = ({ views: all }: DatabaseHash) => new Map(all.map(({ name, definition }) => [name, canonical(definition)]));
  const [left, right] = [views(source), views(target)];
  const viewNames = [...new Set([...left.keys(), ...right.keys()])].toSorted();
  return {
    collections: compared.map(({ verdict }) => verdict),
    differences: [
      ...compared.flatMap(({ differences }) => differences),
      ...viewNames.filter((name) => left.get(name) !== right.get(name)).map((name) => `View ${name}: other definition, or only on one side.`),
    ],
  };
}
