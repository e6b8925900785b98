import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { applyEdits, type Edit } from './lines.js';
import { type Entry, entriesOf, nameOf, readSource } from './source.js';

const secretName =
  /pass(word|wd|phrase|code)?$|password|passwd|secret|token|credential|(private|access|api|encryption|signing|license)[-_.]?key|dsn$|(connection|conn)[-_.]?(string|url)|(database|db|redis|mongo\w*|amqp|broker)[-_.]?ur[il]$|^salt$|cert(ificate)?$/i;
/** Names of Secrets are none. */
const referenceName = /^existing|secret-?_?name$|(secret|key)_?ref$/i;
const inUrl = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"']*:)[^\s@/"']+@/gi;
const inComment = /^([ \t]*#[ \t]*(?:- *)?["']?([\w.-]+)["']?[ \t]*:[ \t]*)(\S.*?)[ \t]*$/gm;

const isSecretName = (name: string): boolean => secretName.test(name) && !referenceName.test(name);

/**
 * The texts of values files without what stands under names of secrets: passwords, tokens, keys, whole mappings under such a name, `value` beside such a
 * `name`, passwords in addresses and in comments. The same secret has the same mark in all of them, so that a diff still shows where one changed.
 */
export function hideSecrets(texts: readonly string[]): readonly string[] {
  const marks = new Map<string, string>();
  const mark = (secret: string): string => {
    const known = marks.get(secret) ?? `<hidden ${marks.size + 1}>`;
    marks.set(secret, known);
    return known;
  };
  return texts.map((text) => hideIn(text, mark));
}

type Mark = (secret: string) => string;

function hideIn(text: string, mark: Mark): string {
  const read = readSource(text);
  const edits = 'source' in read ? secretsIn(text, read.source.root, false, mark) : [];
  return applyEdits(text, edits)
    .replaceAll(inUrl, (_, before: string) => `${before}<hidden>@`)
    .replaceAll(inComment, (line, before: string, name: string, value: string) =>
      isSecretName(name) && !value.startsWith('<hidden') ? before + mark(value) : line,
    );
}

function secretsIn(text: string, node: Node | null, isSecret: boolean, mark: Mark): readonly Edit[] {
  if (isSeq<Node | null>(node)) return node.items.flatMap((item) => secretsIn(text, item, isSecret, mark));
  if (isMap<Node, Node | null>(node))
    return entriesOf(node).flatMap((entry) => secretsIn(text, entry.value, isSecret || isHiding(entry, entriesOf(node)), mark));
  if (!isSecret || !isScalar(node) || isAlias(node) || typeof node.value === 'boolean' || node.value === null || node.value === '') return [];
  const [start, end] = [node.range![0], node.range![1]];
  const lineBreak = /\r?\n$/.exec(text.slice(start, end))?.[0] ?? '';
  return [{ start, end, text: mark(String(node.value)) + lineBreak }];
}

const isHiding = (entry: Entry, beside: readonly Entry[]): boolean =>
  isSecretName(nameOf(entry)) ||
  (nameOf(entry) === 'value' && beside.some((other) => nameOf(other) === 'name' && isScalar(other.value) && isSecretName(String(other.value.value))));
