import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { readValuesMap } from '../../src/model/schema/values-map.js';
import type { ValuesMap } from '../../src/model/values-map.js';

/** The guide's own map. */
export const liveAgent: ValuesMap = readValuesMap(parse(readFileSync('examples/live-agent/maps/live-agent-4.44.yaml', 'utf8')));

export const mapOf = (verbs: object): ValuesMap =>
  readValuesMap({
    apiVersion: 'rehelm.dev/v1alpha1',
    kind: 'ValuesMap',
    metadata: { name: 'test' },
    chart: { name: 'shop', from: '<2', to: '>=2' },
    ...verbs,
  });
