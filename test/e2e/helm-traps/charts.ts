import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { example } from '../keycloak-ha/product.js';

/** A new chart of the example with a fault of its own. */
export interface FaultyChart {
  readonly version: string;
  /** Changes the chart in its folder. */
  readonly spoil: (folder: string) => void;
}

/** A chart's file may be a link to another chart's: it is replaced, not written through. */
const edit = (file: string, change: (text: string) => string): void => {
  const text = readFileSync(file, 'utf8');
  const next = change(text);
  if (next === text) throw new Error(`${file} has nothing to change`);
  rmSync(file);
  writeFileSync(file, next);
};

const hook = `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-check
  annotations: { helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: before-hook-creation }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: check
          image: {{ .Values.image.repository }}:{{ .Chart.AppVersion }}
          command: [node, -e, "console.error('schema 12 is too old'); process.exit(3)"]
`;

/** Its pre-upgrade hook fails. */
export const failingHook: FaultyChart = { version: '2.0.1', spoil: (folder) => writeFileSync(join(folder, 'templates/check.yaml'), hook) };

/** It changes a field of a StatefulSet that cannot be changed. */
export const fixedField: FaultyChart = {
  version: '2.0.2',
  spoil: (folder) =>
    edit(join(folder, 'templates/keycloak.yaml'), (text) => text.replace('podManagementPolicy: Parallel', 'podManagementPolicy: OrderedReady')),
};

/** Its image is nowhere. */
export const missingImage: FaultyChart = {
  version: '2.0.3',
  spoil: (folder) => edit(join(folder, 'Chart.yaml'), (text) => text.replace('appVersion: 2.0.0', 'appVersion: 9.9.9')),
};

/** Writes the chart beneath `folder` and answers where. */
export function writeChart(folder: string, { version, spoil }: FaultyChart): string {
  const chart = join(folder, `sso-${version}`);
  cpSync(join(example, 'charts/sso-2'), chart, { recursive: true });
  spoil(chart);
  edit(join(chart, 'Chart.yaml'), (text) => text.replace('\nversion: 2.0.0', `\nversion: ${version}`));
  return chart;
}
