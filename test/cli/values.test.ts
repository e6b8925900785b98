import { chmodSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { runCli } from '../../src/cli/program.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { withHelm } from '../values/helm-binary.js';

const map = 'examples/live-agent/maps/live-agent-4.44.yaml';
const old = '# ours\npostgresql:\n  # the name\n  postgresqlDatabase: live   # kept\n  postgresqlPassword: canary-1\nservice: { name: cognigy-live-agent }\n';
const made =
  '# ours\npostgresql:\n  auth:\n    # the name\n    database: live   # kept\n    postgresPassword: canary-1\nservice: { name: cognigy-live-agent-app }\n';

/** Nobody is asked for runs. */
const nobody = () => Promise.reject(new Error('no server'));

async function rehelm(...args: readonly string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const colors = pc.createColors(false);
  const terminal: Terminal = {
    env: process.env,
    out: (text) => void out.push(`${text}\n`),
    write: (text) => void out.push(text),
    say: (text) => void err.push(text),
    live: () => undefined,
    outColors: colors,
    colors,
    interactive: false,
    ask: async () => '',
    interrupted: new AbortController().signal,
  };
  const code = await runCli(['values', ...args], { terminal, connect: nobody, connectSchedules: nobody });
  return { code, out: out.join(''), err: err.join('\n') };
}

function file(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'values-')), 'values.yaml');
  writeFileSync(path, content);
  return path;
}

describe('rehelm values migrate', () => {
  test('writes the new text to standard output, and what it did to standard error', async () => {
    const { code, out, err } = await rehelm('migrate', file(old), '--map', map);
    expect([code, out]).toEqual([0, made]);
    expect(err).toContain('moved postgresql.postgresqlDatabase to postgresql.auth.database');
    expect(err).not.toContain('canary');
  });

  test('has nothing to do the second time', async () => {
    const { code, out, err } = await rehelm('migrate', file(made), '--map', map);
    expect([code, out, err]).toEqual([0, made, 'nothing to do: the map finds nothing to change']);
  });

  test('shows a diff without secrets, and with them where that is asked for', async () => {
    const path = file(old);
    const { out } = await rehelm('migrate', path, '--map', map, '--diff');
    expect(out).toBe(
      `--- values.yaml
+++ values.yaml (migrated)
@@ -1,6 +1,7 @@
 # ours
 postgresql:
-  # the name
-  postgresqlDatabase: live   # kept
-  postgresqlPassword: <hidden 1>
-service: { name: cognigy-live-agent }
+  auth:
+    # the name
+    database: live   # kept
+    postgresPassword: <hidden 1>
+service: { name: cognigy-live-agent-app }
`,
    );
    expect((await rehelm('migrate', path, '--map', map, '--diff', '--show-secrets')).out).toContain('+    postgresPassword: canary-1');
    expect(readFileSync(path, 'utf8')).toBe(old);
  });

  test('writes the file in place, with the rights that it had', async () => {
    const path = file(old);
    chmodSync(path, 0o640);
    expect(await rehelm('migrate', path, '--map', map, '--in-place')).toMatchObject({ code: 0, out: '' });
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([made, 0o640]);
  });

  test.each([
    [
      'postgresql: {postgresqlDatabase: a, auth: {database: b}}\n',
      3,
      /values.yaml:1:14 postgresql.postgresqlDatabase: postgresql.auth.database is there, too.*\(conflict\)/,
    ],
    ['a: 1\na: 2\n', 3, /values.yaml:2:1 a: comes twice/],
  ])('refuses %j and touches nothing', async (text, code, message) => {
    const path = file(text);
    const refused = await rehelm('migrate', path, '--map', map, '--in-place');
    expect(refused).toMatchObject({ code, out: '', err: expect.stringMatching(message) });
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('tells where a map is wrong', async () => {
    const wrong = file(readFileSync(map, 'utf8').replace('move:', 'mvoe:'));
    expect(await rehelm('migrate', file(old), '--map', wrong)).toMatchObject({ code: 2, err: expect.stringMatching(/values.yaml:6:1 unknown key mvoe/) });
  });

  test.each([
    [['migrate', '/nowhere.yaml', '--map', map], 'there is no file /nowhere.yaml'],
    [['migrate', 'x', '--map', map, '--in-place', '--diff'], "cannot be used with option '--diff'"],
  ])('is told what it cannot do', async (args, because) => {
    expect(await rehelm(...args)).toMatchObject({ code: 2, err: expect.stringContaining(because) });
  });
});

withHelm('rehelm values check', () => {
  const chart = 'test/values/charts/shop';
  test('is well with what the chart reads', async () => {
    expect(await rehelm('check', file('replicas: 2\nservice: { name: a }\n'), '--chart', chart)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^✓ 2 values held against shop 2.0.0 in \d+ renderings/),
    });
  }, 60_000);

  test('tells each problem once, with its line', async () => {
    const { code, out } = await rehelm('check', file('replicas: two\nservice:\n  internalPort: 3000\n'), '--chart', chart);
    expect(code).toBe(3);
    expect(out).toMatch(/✗ \S+:1 replicas: must be integer\n✗ \S+:3 service.internalPort: shop 2.0.0 does not read it \(service.port\?\)/);
    expect(out.match(/replicas/g)).toHaveLength(1);
  }, 60_000);

  test('has Helm’s words where the chart refuses the values, and no chart where none is', async () => {
    expect(await rehelm('check', file('region: mars\n'), '--chart', chart, '-o', 'json')).toMatchObject({
      code: 3,
      out: expect.stringContaining('no such region'),
    });
    expect(await rehelm('check', file('a: 1\n'), '--chart', '/no/chart')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no chart /no/chart'),
    });
    expect(await rehelm('check', file('a: 1\n'), '--chart', 'oci://127.0.0.1:1/x', '--version', '1.0.0')).toMatchObject({
      code: 1,
      err: expect.stringContaining('helm pull'),
    });
  }, 60_000);

  test('says where the map is for another chart', async () => {
    expect(await rehelm('check', file('replicas: 2\n'), '--chart', chart, '--map', map)).toMatchObject({
      code: 3,
      out: expect.stringContaining('the map is for chart live-agent, this is shop'),
    });
  }, 60_000);
});
