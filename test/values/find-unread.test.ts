import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createLocalCharts } from '../../src/adapters/helm/local-charts.js';
import type { Values } from '../../src/model/values.js';
import { readValuesText } from '../../src/values/read-values-text.js';
import { findUnread } from '../../src/values/unread/find-unread.js';
import { withHelm } from './helm-binary.js';

const text = readFileSync('test/values/charts/shop-values.yaml', 'utf8');
const chart = { chart: resolve('test/values/charts/shop'), version: '2.0.0' };

withHelm('keys that a chart does not read', () => {
  const search = (values: Values) => createLocalCharts(process.env).withChart(chart, (local) => findUnread(values, local));

  test('are found, each with what may be meant, and nothing else is called unread', async () => {
    const report = await search(readValuesText(text, 'shop-values.yaml'));
    expect(report.unread).toEqual([
      { path: 'replicaCount', suggestion: 'replicas' },
      { path: 'service.internalPort', suggestion: 'service.port' },
      { path: 'database.name', suggestion: expect.stringMatching(/^database\./) },
      { path: 'postgresql.postgresqlDatabase', suggestion: 'database.auth.database' },
      { path: 'postgresql.persistence' },
      { path: 'documented' },
      { path: 'global.colour' },
      { path: 'queue.auth.pass' },
    ]);
    expect(report.dormant).toEqual([
      { path: 'metrics.enabled', wokenBy: 'an API that the cluster lacks here, or an upgrade' },
      { path: 'metrics.serviceMonitor.enabled', wokenBy: 'an API that the cluster lacks here, or an upgrade' },
      { path: 'ingress.annotations.kubernetes\\.io/ingress\\.class', wokenBy: 'ingress.enabled: true' },
      { path: 'ingress.hosts', wokenBy: 'ingress.enabled: true' },
      { path: 'metrics.serviceMonitor.interval', wokenBy: 'metrics.serviceMonitor.enabled: true, metrics.enabled: true' },
      { path: 'externalDatabase.host', wokenBy: 'postgresql.enabled: false' },
      { path: 'secondary.replicas', wokenBy: 'architecture: replication' },
    ]);
    expect(report.checked).toBe(50);
    expect(report.renderings).toBeLessThan(180);
  }, 120_000);

  test('that equal the defaults, or go into what is random, are read', async () => {
    const report = await search({
      image: { pullPolicy: 'IfNotPresent' },
      service: { name: 'shop-app' },
      seed: '',
      queue: { size: '8Gi' },
      database: { port: 5432 },
      auth: { password: 'x' },
    });
    expect(report).toMatchObject({ unread: [], dormant: [] });
  }, 60_000);

  test('cannot be looked for where the chart refuses the values', async () => {
    await expect(search({ service: { name: '' } })).rejects.toMatchObject({ type: 'HelmFailed', message: expect.stringContaining('service.name is needed') });
  });
});

/** Charts as functions, for what a real one makes slow. */
describe('the search', () => {
  const over = (template: (values: Values) => string, values: Values, defaults: Values = {}) =>
    findUnread(values, { defaults, comparisons: [], template: async (given) => template({ ...defaults, ...given }) }, { apartMilliseconds: 0 });
  const keys = (count: number, name: string) => Object.fromEntries([...Array(count).keys()].map((at) => [`${name}${at}`, `value ${at}`]));

  test('of 200 texts of which three are not read takes few renderings', async () => {
    const { unread, checked, renderings } = await over(
      (all) =>
        Object.entries(all)
          .filter(([key]) => key.startsWith('read'))
          .map(([key, value]) => `${key}: ${value}`)
          .join('\n'),
      { ...keys(197, 'read'), ...keys(3, 'not') },
    );
    expect([unread.map(({ path }) => path), checked]).toEqual([['not0', 'not1', 'not2'], 200]);
    expect(renderings).toBeLessThan(20);
  });

  test('sees a value that is read only to be compared, hashed, or refused', async () => {
    const chart = (all: Values) => {
      if (typeof all['mode'] !== 'string') throw new Error('incompatible types for comparison');
      if (!/^\d+$/.test(String(all['size']))) throw new Error('no number');
      return `${all['mode'] === 'cluster'} ${[...String(all['seed'])].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7)} ${Number(all['size']) * 1024}`;
    };
    expect(await over(chart, { mode: 'simple', seed: 'abc', size: '4', gone: 1 })).toMatchObject({ unread: [{ path: 'gone' }], dormant: [] });
  });

  test('sees flags of which one suffices', async () => {
    const { unread } = await over((all) => `${Boolean(all['a'] || all['b'])}`, { a: 'x', b: 'y', c: 'z' });
    expect(unread.map(({ path }) => path)).toEqual(['c']);
  });

  test('takes nothing random for an answer, however long it is', async () => {
    const random = () => Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () => `    ${Math.random().toString(36).slice(2).repeat(3)}`).join('\n');
    const chart = (all: Values) =>
      `---\n# Source: a\nkey: |\n${random()}\n  password: ${Math.random().toString(36)}\n---\n# Source: b\n  name: ${all['name']}\n`;
    expect((await over(chart, { name: 'x', gone: true, lost: 5 })).unread.map(({ path }) => path)).toEqual(['gone', 'lost']);
  });

  test('takes no time of day for an answer when the minute is over', async () => {
    let rendered = 0;
    const time = () => `12:${rendered++ < 3 ? `07:0${rendered}` : `08:${rendered + 10}`}`;
    const { unread } = await over((all) => `made: "${time()}"\nname: ${all['name']}`, { name: 'x', gone: true });
    expect(unread.map(({ path }) => path)).toEqual(['gone']);
  });

  test('calls a mapping unread in one line, and each key with its line', async () => {
    const report = await findUnread(
      { a: { b: 1, c: [2, { d: 3 }] } },
      { defaults: { z: { b: 1 } }, comparisons: [], template: async () => '' },
      { apartMilliseconds: 0, lineOf: () => 7 },
    );
    expect(report.unread).toEqual([{ path: 'a', line: 7 }]);
  });
});
