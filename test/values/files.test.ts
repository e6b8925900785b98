import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../src/adapters/process/run.js';
import { isMapping } from '../../src/model/values.js';
import { describeDiff } from '../../src/values/describe-diff.js';
import { diffLines } from '../../src/values/diff-lines.js';
import { linesOf } from '../../src/values/lines.js';
import { readValuesText } from '../../src/values/read-values-text.js';
import { rewriteValues } from '../../src/values/rewrite-values.js';
import { transformValues } from '../../src/values/transform-values.js';
import { withHelm } from './helm-binary.js';
import { mapOf } from './map.js';

const folder = 'test/values/files';
const golden = 'test/values/files.golden.diff';
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

const map = mapOf({
  move: {
    'postgresql.postgresqlDatabase': 'postgresql.auth.database',
    persistence: 'primary.persistence',
    'service.port': 'service.ports.http',
    slave: 'replica',
    extraEnv: 'env',
    'ingress.hosts[*].name': 'ingress.hosts[*].host',
    securityContext: 'podSecurityContext',
  },
  delete: ['legacy'],
  replaceValue: [
    { at: 'pullPolicy', from: 'true', to: 'Always' },
    { at: 'image.tag', from: '1.9', to: '2.0' },
  ],
});

function rewritten(text: string): string {
  const made = rewriteValues(text, map);
  if ('refusals' in made) throw new Error(JSON.stringify(made.refusals));
  return made.text;
}

/** Looked over by a person: `UPDATE_GOLDEN=1` writes it. */
const diffs = () => files.map(({ name, text }) => describeDiff({ before: text, after: rewritten(text), name }).replaceAll('\r', '␍')).join('');

test('there are forty of them', () => expect(files.length).toBeGreaterThanOrEqual(40));

test('files of real shapes change where the map says, and nowhere else', () => {
  if (process.env['UPDATE_GOLDEN']) writeFileSync(golden, diffs());
  expect(diffs()).toBe(readFileSync(golden, 'utf8'));
});

describe.each(files)('$name', ({ text }) => {
  test('reads as the transform makes it, and is not changed a second time', () => {
    const made = rewritten(text);
    expect(readValuesText(made, 'x')).toEqual(transformValues(readValuesText(text, 'x'), map).values);
    expect(rewritten(made)).toBe(made);
  });

  test('keeps every line that is not told to move', () => {
    const gone = diffLines(linesOf(text), linesOf(rewritten(text))).filter(({ kind }) => kind === '-');
    const come = diffLines(linesOf(text), linesOf(rewritten(text))).filter(({ kind }) => kind === '+');
    const words = (lines: readonly { readonly text: string }[]) => lines.flatMap((line) => line.text.match(/#.*/g) ?? []).map((comment) => comment.trim());
    // Comments are lost with what is deleted alone.
    if (!text.includes('legacy')) expect(words(come).toSorted()).toEqual(words(gone).toSorted());
  });
});

/** Helm drops what is null and nobody's default. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])));
};

async function readByHelm(text: string): Promise<unknown> {
  const args = ['template', 'x', 'test/values/charts/echo', '-f', '-'];
  const { stdout, stderr } = await run({ command: process.env['REHELM_HELM'] ?? 'helm', args, env: { PATH: process.env['PATH'] ?? '' }, input: text });
  const [, values = stderr] = /^values: (.*)$/m.exec(stdout) ?? [];
  return withoutNulls(JSON.parse(values));
}

withHelm('helm', () => {
  test.each(files)('reads $name as rehelm does', async ({ text }) => {
    expect(await readByHelm(text)).toEqual(withoutNulls(readValuesText(text, 'x')));
    expect(await readByHelm(rewritten(text))).toEqual(withoutNulls(readValuesText(rewritten(text), 'x')));
  });
});
