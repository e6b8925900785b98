import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { backupAccess } from '../src/activities/inspect/backup-access.js';
import { chartUpgradeAccess } from '../src/activities/inspect/chart-upgrade-access.js';
import { type AccessNeed, accessNeeded } from '../src/activities/inspect/check-access.js';
import { copyAccess } from '../src/activities/inspect/copy-access.js';
import { drillAccess } from '../src/activities/inspect/drill-access.js';
import { upgradeAccess } from '../src/activities/inspect/upgrade-access.js';
import { exitCodes } from '../src/cli/exit-codes.js';
import { catalogue } from '../src/errors.js';
import type { ChartUpgradeInventory } from '../src/model/chart-upgrade.js';
import type { DatabaseBackupInventory, DatabaseRestoreInventory } from '../src/model/database-backup.js';
import type { DatabaseCopyInventory } from '../src/model/database-copy.js';
import type { DatabaseUpgradeInventory } from '../src/model/database-upgrade.js';
import type { KustomizeToHelmInventory } from '../src/model/kustomize-to-helm.js';
import type { Phase, Plan, Step } from '../src/model/plan.js';
import type { PostgresToHaInventory } from '../src/model/postgres-to-ha.js';
import { chartUpgradeSchema } from '../src/model/schema/chart-upgrade.js';
import { databaseBackupSchema } from '../src/model/schema/database-backup.js';
import { databaseCopySchema } from '../src/model/schema/database-copy.js';
import { databaseRestoreSchema } from '../src/model/schema/database-restore.js';
import { databaseUpgradeSchema } from '../src/model/schema/database-upgrade.js';
import { failoverDrillSchema } from '../src/model/schema/failover-drill.js';
import { type SpecKind, specKinds } from '../src/model/schema/kinds.js';
import { kustomizeToHelmSchema } from '../src/model/schema/kustomize-to-helm.js';
import { postgresToHaSchema } from '../src/model/schema/postgres-to-ha.js';
import { readSpec } from '../src/model/schema/read-spec.js';
import { planChartUpgrade } from '../src/plans/chart-upgrade.js';
import { planDatabaseBackup } from '../src/plans/database-backup.js';
import { planDatabaseCopy } from '../src/plans/database-copy.js';
import { planDatabaseRestore } from '../src/plans/database-restore.js';
import { planDatabaseUpgrade } from '../src/plans/database-upgrade.js';
import { planKustomizeToHelm } from '../src/plans/kustomize-to-helm.js';
import { planPostgresToHa } from '../src/plans/postgres-to-ha.js';
import { showEstimate } from '../src/render/words.js';
import { cliPage } from './cli-page.js';

/** Generated pages by their path, made from the code: `node dist/scripts/make-docs.js` writes them, a test fails when one is stale. */
export function makeDocs(root: string): Readonly<Record<string, string>> {
  const { spec, inventory } = cognigy(root);
  const [copy, ahead] = [databaseCopy(root), databaseCopy(root, 'ahead')];
  const [backup, restore] = [databaseBackup(root), databaseRestore(root)];
  const upgrade = databaseUpgrade(root);
  const liveAgent = chartUpgrade(root);
  const sso = postgresToHa(root);
  const drill = readSpec(failoverDrillSchema, { ...specKinds.FailoverDrill.example, stuckPods: { outOfService: 'whenNodeIsOff' } });
  return {
    'docs/runbooks/cognigy-kustomize-to-helm.md': runbook(root, planKustomizeToHelm(spec, inventory), 'cognigy'),
    'docs/runbooks/live-agent-chart-upgrade.md': runbook(root, planChartUpgrade(liveAgent.spec, liveAgent.inventory), 'live-agent'),
    'docs/runbooks/keycloak-postgres-to-ha.md': runbook(root, planPostgresToHa(sso.spec, sso.inventory), 'keycloak-ha'),
    'docs/runbooks/database-backup.md': runbook(root, planDatabaseBackup(backup.spec, backup.inventory), 'database-backup'),
    'docs/runbooks/database-restore.md': runbook(root, planDatabaseRestore(restore.spec, restore.inventory), 'database-restore'),
    'docs/runbooks/database-upgrade.md': runbook(root, planDatabaseUpgrade(upgrade.spec, upgrade.inventory), 'database-upgrade'),
    'docs/runbooks/database-copy.md': runbook(root, planDatabaseCopy(copy.spec, copy.inventory), 'database-copy'),
    'docs/runbooks/database-copy-ahead.md': runbook(root, planDatabaseCopy(ahead.spec, ahead.inventory), 'database-copy', 'ahead'),
    ...Object.fromEntries(Object.entries(specKinds).map(schemaPage)),
    'docs/failures.md': failures(),
    'docs/cli.md': cli(readFileSync(join(root, 'src/cli/exit-codes.ts'), 'utf8')),
    'docs/permissions.md': permissions({
      migration: accessNeeded(spec, inventory),
      chartUpgrade: chartUpgradeAccess(liveAgent.spec, liveAgent.inventory),
      copy: copyAccess(copy.spec, copy.inventory),
      backup: [...backupAccess(backup.spec), ...backupAccess(restore.spec)],
      upgrade: upgradeAccess(upgrade.spec, upgrade.inventory),
      drill: drillAccess(drill),
    }),
  };
}

const made = (from: string) => `<!-- Made by scripts/make-docs.ts from ${from}; do not edit. -->`;

const example = (root: string, name: string, file = 'spec') => parse(readFileSync(join(root, `examples/${name}/${file}.yaml`), 'utf8'));
const inventoryOf = <T>(root: string, name: string): T => JSON.parse(readFileSync(join(root, `test/plans/${name}-inventory.json`), 'utf8'));

/** The example's spec with what was found of it on a lab. The file with the values travels as a Secret; its name differs from run to run. */
function cognigy(root: string) {
  const given = example(root, 'cognigy');
  given.target.values = { secretRef: { namespace: 'rehelm-system', name: 'req-example' } };
  return { spec: readSpec(kustomizeToHelmSchema, given), inventory: inventoryOf<KustomizeToHelmInventory>(root, 'cognigy') };
}

const databaseBackup = (root: string) => ({
  spec: readSpec(databaseBackupSchema, example(root, 'database-backup')),
  inventory: inventoryOf<DatabaseBackupInventory>(root, 'database-backup'),
});

const databaseRestore = (root: string) => ({
  spec: readSpec(databaseRestoreSchema, example(root, 'database-restore')),
  inventory: inventoryOf<DatabaseRestoreInventory>(root, 'database-restore'),
});

function chartUpgrade(root: string) {
  const given = example(root, 'live-agent');
  given.target.values.migrate = { secretRef: { namespace: 'rehelm-system', name: 'req-example' } };
  return { spec: readSpec(chartUpgradeSchema, given), inventory: inventoryOf<ChartUpgradeInventory>(root, 'live-agent') };
}

function postgresToHa(root: string) {
  const given = example(root, 'keycloak-ha');
  given.target.values.from = { secretRef: { namespace: 'rehelm-system', name: 'req-example' } };
  return { spec: readSpec(postgresToHaSchema, given), inventory: inventoryOf<PostgresToHaInventory>(root, 'keycloak-ha') };
}

const databaseUpgrade = (root: string) => ({
  spec: readSpec(databaseUpgradeSchema, example(root, 'database-upgrade')),
  inventory: inventoryOf<DatabaseUpgradeInventory>(root, 'database-upgrade'),
});

const databaseCopy = (root: string, file?: string) => ({
  spec: readSpec(databaseCopySchema, example(root, 'database-copy', file)),
  inventory: inventoryOf<DatabaseCopyInventory>(root, 'database-copy'),
});

function runbook(root: string, plan: Plan, name: string, file = 'spec'): string {
  const steps = plan.phases.flatMap((phase) => phase.steps);
  const kinds = [...new Set(steps.map(({ step }) => step))];
  const numbers = new Map(steps.map(({ id }, index) => [id, index + 1]));
  return `${[
    made(`examples/${name}/${file}.yaml and test/plans/${name}-inventory.json`),
    `# ${plan.title}`,
    `${steps.length} steps in ${plan.phases.length} phases. A rollback undoes what was begun, newest first. Locked meanwhile: ${plan.locks.map((key) => `\`${key}\``).join(', ')}.`,
    '## To know before approving',
    plan.notes.map((note) => `- ${note}`).join('\n'),
    '## The plan',
    ...plan.phases.map((phase, index) => phaseText(phase, index, numbers)),
    '## What each kind of step does',
    'It is checked before anything is touched, captured before it is done, and undone from what was captured.',
    ...kinds.map((kind) => stepText(kind, readFileSync(join(root, `src/activities/${kebab(kind)}.ts`), 'utf8'))),
  ].join('\n\n')}\n`;
}

const gates = {
  start: 'A person approves this plan by its hash before the phase begins.',
  helm: 'Helm goes on here: its post-upgrade hook approves this gate once everything is applied.',
  cutover: 'A person chooses when the window begins; users work until then.',
  commit: 'A person approves the commit before the phase begins; from here on the target takes users’ writes.',
} as const;

function phaseText({ title, gate, steps }: Phase, index: number, numbers: ReadonlyMap<string, number>): string {
  const rows = steps.map((step) => `| ${numbers.get(step.id)} | ${cell(step.title)} | \`${step.step}\` | ${facts(step)} |`);
  return [
    `### ${index + 1}. ${title}`,
    ...(gate ? [`**Gate \`${gate}\`.** ${gates[gate]}`] : []),
    rows.length > 0 ? ['| # | step | kind | |', '|---|---|---|---|', ...rows].join('\n') : 'Nothing is left to be done.',
  ].join('\n\n');
}

/** What hangs on a step beside its input. */
function facts({ group, withinSeconds, estimate, changeable, skippable, input }: Step): string {
  return [
    ...(group === undefined ? [] : [`side by side: ${group}`]),
    ...(estimate ? [showEstimate(estimate)] : []),
    ...(withinSeconds === undefined ? [] : [`within ${withinSeconds} s`]),
    ...(changeable ? [`a retry may change ${changeable.join(', ')}`] : []),
    ...(skippable ? ['may be skipped'] : []),
    `<details><summary>input</summary><pre>${stringify(input, { lineWidth: 0 }).trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('|', '&#124;').replaceAll('\n', '<br>')}</pre></details>`,
  ].join(' · ');
}

const cell = (text: string) => text.replaceAll('|', '\\|');
const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The comments of a step's file say what its four parts do. */
function stepText(kind: string, source: string): string {
  const parts = [
    ['check', `check${pascal(kind)}`],
    ['capture', `capture${pascal(kind)}`],
    ['do', kind],
    ['undo', `undo${pascal(kind)}`],
  ] as const;
  const lines = parts.flatMap(([part, name]) => {
    const said = commentBefore(source, `async ${name}(`);
    return said === undefined ? [] : [`- ${part}: ${said}`];
  });
  return [`### ${kind}`, ...(commentBefore(source, `export function ${kind}(`)?.split('\n') ?? []), lines.join('\n')].join('\n\n');
}

/** The doc comment that ends right before the text, as one line; undefined where there is none. */
export function commentBefore(source: string, text: string): string | undefined {
  const at = source.indexOf(text);
  const before = at < 0 ? '' : source.slice(0, at).trimEnd();
  if (!before.endsWith('*/')) return undefined;
  const comment = before.slice(before.lastIndexOf('/**') + 3, -2);
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trim())
    .join(' ')
    .trim();
}

const schemaPage = ([kind, { schema, files }]: readonly [string, SpecKind]) => [
  `docs/schemas/${kind.toLowerCase()}.v1alpha1.json`,
  `${JSON.stringify(jsonSchema(kind, schema, files), undefined, 2)}\n`,
];

type Made = { readonly properties?: Readonly<Record<string, Made>>; readonly anyOf?: readonly Made[]; readonly [field: string]: unknown };

/** For editors: what a file may say. */
function jsonSchema(kind: string, schema: z.ZodType, files: SpecKind['files']): object {
  const made = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as Made;
  return { title: `rehelm.dev/v1alpha1 ${kind}`, ...files.reduce(withFile, made) };
}

/** A path is read by the CLI, so a worker never sees it. */
function withFile(schema: Made, [name, ...rest]: readonly string[]): Made {
  if (name === undefined) return { anyOf: [{ type: 'string', description: 'a file, read by rehelm run' }, ...(schema.anyOf ?? [schema])] };
  return { ...schema, properties: { ...schema.properties, [name]: withFile(schema.properties?.[name] ?? {}, rest) } };
}

function cli(exitCodesSource: string): string {
  const codes = Object.entries(exitCodes).map(([name, code]) => `| ${code} | ${commentBefore(exitCodesSource, `${name}: ${code}`) ?? 'It went well.'} |`);
  return `${[
    made('src/cli/'),
    '# The command line',
    'RUN is a workflow id (`migrate/NAMESPACE/RELEASE`) or the id of a run. Data goes to standard output, progress and questions to standard error; `-o json` where a program reads. Ctrl-C stops looking, never a run. Where Temporal is: `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, or the Temporal CLI’s own profile; `rehelm --server URL …` (or `REHELM_SERVER`) goes over the [HTTP API](api.md) instead. Everything here can be done in the Temporal UI, too ([operations](operations.md)).',
    '## Exit codes',
    ['| code | |', '|---|---|', ...codes].join('\n'),
    cliPage(),
  ].join('\n\n')}\n`;
}

function failures(): string {
  const rows = Object.entries(catalogue).map(
    ([type, { retry, hint }]) => `| <a id="${type.toLowerCase()}"></a>\`${type}\` | ${retry ? 'yes' : 'no'} | ${cell(hint)} |`,
  );
  return `${[
    made('src/errors.ts'),
    '# Failures',
    'Every failure has one of these types; its message says what happened to what, and why. *Tried again*: the step repeats it by itself within its time, and parks the run after that. What is not tried again parks the run at once, or ends it where nothing was touched yet.',
    ['| type | tried again | what to do |', '|---|---|---|', ...rows].join('\n'),
  ].join('\n\n')}\n`;
}

function permissions(of: Readonly<Record<'migration' | 'chartUpgrade' | 'copy' | 'backup' | 'upgrade' | 'drill', readonly AccessNeed[]>>): string {
  return `${[
    made(
      'src/activities/inspect/check-access.ts, chart-upgrade-access.ts, copy-access.ts, backup-access.ts, upgrade-access.ts, drill-access.ts and the examples',
    ),
    '# Permissions',
    'What a worker must be allowed in the cluster. Each is asked of the server (SelfSubjectAccessReview) before anything is touched; one that is missing refuses the plan and names what it is for.',
    'Kubernetes lets nobody grant what he may not do himself, unless he has `bind` and `escalate`: whoever makes roles needs what is in them.',
    '## A migration',
    'The namespaces are those of `examples/cognigy/spec.yaml`. Helm runs with the worker’s rights and makes what the chart declares, so the worker also needs what the chart’s own kinds need; a chart with roles and bindings wants what is in them.',
    ...needSections(of.migration),
    '## A chart upgrade',
    'The namespaces are those of `examples/live-agent/spec.yaml`. As with a migration the worker also needs what the kinds of both charts need.',
    ...needSections(of.chartUpgrade),
    '## A copy of databases',
    'The namespaces are those of `examples/database-copy/spec.yaml`; without `writers` nothing is asked of workloads.',
    ...needSections(of.copy),
    '## A backup, and a restore',
    'Of the specs in `examples/database-backup` (a volume) and `examples/database-restore` (S3, encrypted). Jobs that have a volume run in its namespace.',
    ...needSections(of.backup),
    '## An upgrade in place',
    'The namespaces are those of `examples/database-upgrade/spec.yaml`.',
    ...needSections(of.upgrade),
    '## A failover drill',
    'Of a PostgreSQL in namespace `orders` whose node is switched off, with `stuckPods.outOfService` (without it no node is patched). Driver and guard have a ServiceAccount of their own in `rehelm-system`, made and removed with each course: it sees nodes, sees and deletes the pods of the target’s namespace, and makes pods and Secrets in `rehelm-system`. The hands of `sigkill` and `sigstop` are privileged pods in the node’s pid namespace, so Pod Security must admit them in `rehelm-system` (`pod-security.kubernetes.io/enforce: privileged`).',
    ...needSections(of.drill),
  ].join('\n\n')}\n`;
}

const needSections = (needs: readonly AccessNeed[]): readonly string[] =>
  [...Map.groupBy(needs, ({ why, namespace }) => `${why}\n${namespace ?? ''}`).values()].map((group) => {
    const { why, namespace } = group[0]!;
    const rows = group.map(({ group: apiGroup, resource, verbs }) => `| ${apiGroup || 'core'} | ${resource} | ${verbs.join(', ')} |`);
    return `### ${pascal(why)}\n\n${namespace === undefined ? 'Cluster-wide.' : `In namespace \`${namespace}\`.`}\n\n${['| group | resource | verbs |', '|---|---|---|', ...rows].join('\n')}`;
  });

if (process.argv[1]?.endsWith('make-docs.js'))
  for (const [path, text] of Object.entries(makeDocs(process.cwd()))) writeFileSync(join(process.cwd(), path), text);
