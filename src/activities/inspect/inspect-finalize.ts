import { failure } from '../../errors.js';
import type { ChartUpgradeSpec } from '../../model/chart-upgrade.js';
import type { Replacement } from '../../model/copier-postgres-backup.js';
import type { DatabaseRestoreSpec } from '../../model/database-backup.js';
import type { DatabaseCopySpec } from '../../model/database-copy.js';
import type { PostgresServerRef } from '../../model/database-refs.js';
import type { DatabaseUpgradeSpec } from '../../model/database-upgrade.js';
import type { FinalizedRun, FinalizeInventory, RetainedVolume } from '../../model/finalize.js';
import type { JournalEntry, JournalRecord } from '../../model/journal.js';
import type { KubeObject, PersistentVolume } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { ShownPlan } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import type { PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import type { UpgradeWithin } from '../../model/private-server.js';
import type { ObjectRef } from '../../model/refs.js';
import { setAsideId } from '../../plans/chart-upgrade-volumes.js';
import { planFinalize } from '../../plans/finalize.js';
import { retainId } from '../../plans/former-policies.js';
import { proofId } from '../../plans/precopy.js';
import type { Adapters } from '../adapters.js';
import { claimInUse } from '../objects/claim-in-use.js';
import { coreRef, type NamespacedName } from '../objects/namespaced-name.js';
import { refOf } from '../objects/ref-of.js';
import { fourEyesOf } from '../runs/four-eyes-of.js';
import { readRunRequest } from '../runs/read-run-request.js';
import { verifySigned } from '../runs/verify-signed.js';
import { hashPlan } from './hash-plan.js';

/** Kinds of the source that go, where the spec's selector matches them; workloads first, so that nothing is made anew. */
const kinds = [
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'v1', kind: 'Service' },
] as const;

/** Finds what a finalize drops, and plans it. Reads only. */
export function inspectFinalize({ kube, journal, temporal, settings, apiKey }: Pick<Adapters, 'kube' | 'journal' | 'temporal' | 'settings' | 'apiKey'>) {
  const verify = verifySigned({ apiKey });

  async function selected(namespace: string, labelSelector: string): Promise<readonly ObjectRef[]> {
    const lists = await Promise.all(kinds.map((kind) => kube.list<KubeObject>({ ...kind, namespace, labelSelector })));
    return lists
      .flat()
      .map(refOf)
      .filter(({ kind, name }) => !(kind === 'Service' && name === 'kubernetes'));
  }

  /** Those that retained volumes are bound to by now. */
  async function claimsOf(volumes: readonly RetainedVolume[]): Promise<readonly ObjectRef[]> {
    const found = await Promise.all(volumes.map(({ volume }) => kube.get<PersistentVolume>({ apiVersion: 'v1', kind: 'PersistentVolume', name: volume })));
    return found.flatMap((volume) => {
      const { namespace = '', name = '' } = volume?.spec.claimRef ?? {};
      return name === '' ? [] : [coreRef('PersistentVolumeClaim', { namespace, name })];
    });
  }

  /** Claims that are to go, and that somebody works with. */
  async function usedClaims(found: FinalizeInventory): Promise<readonly string[]> {
    const claims = 'claims' in found ? found.claims : [];
    return (await Promise.all(claims.map((claim) => claimInUse(kube, claim)))).flat();
  }

  async function findRecord(run: string): Promise<JournalRecord> {
    const record = await journal.getRecord(run);
    if (!record) throw failure('NotFound', `no run ${run} has a journal in this cluster`);
    if (!record.committed || record.phase === 'RolledBack')
      throw failure('WrongMoment', `${record.title} is ${record.phase}: only a committed run can be finalized`);
    if (await temporal.isOpen({ workflowId: record.workflowId, run }))
      throw failure('WrongMoment', `${record.title} is still open: its workflow is ${record.workflowId}`);
    return record;
  }

  async function findRun(given: unknown): Promise<{ readonly of: FinalizedRun; readonly found: FinalizeInventory }> {
    const { run, reason, flag } = readRunRequest(given);
    const record = await findRecord(run);
    const found = await inspect(record);
    const used = await usedClaims(found);
    if (used.length > 0) throw failure('WrongMoment', `${used.join('; ')}. Did somebody go back by helm? Then take the run back, too`);
    const due = Date.parse(record.endedAt ?? record.startedAt) + found.spec.finalize.notBefore * 1000;
    const early = Date.now() < due;
    if (early && !flag('early'))
      throw failure('WrongMoment', `${record.title} may be finalized from ${new Date(due).toISOString()}; before that with "early": true and a reason`);
    return { of: { run, title: record.title, locks: record.locks, ...(early && { early: reason }) }, found };
  }

  /** The run wrote its spec, normalized and validated. */
  async function inspect({ run, kind, spec: written }: JournalRecord): Promise<FinalizeInventory> {
    const entries = await journal.read(run);
    if (kind === 'DatabaseRestore') return { kind, spec: written as DatabaseRestoreSpec, replaced: replacedIn(entries) };
    const retained = entries.filter(({ step, state }) => step === 'retainVolume' && state === 'done');
    const volumes = retained.map(({ id }) => ({ volume: id.replace(retainId(''), ''), retainedBy: id }));
    if (kind === 'ChartUpgrade')
      return {
        kind,
        spec: written as ChartUpgradeSpec,
        replaced: exchangedIn(entries).map(({ name }) => ({ name })),
        claims: claimsIn(entries),
        upgraded: upgradedIn(entries),
        volumes,
      };
    if (kind === 'PostgresToHA') {
      const claims = [...(await claimsOf(volumes)), ...claimsIn(entries)];
      return { kind, spec: written as PostgresToHaSpec, replaced: exchangedIn(entries).map(({ name, server }) => ({ name, server })), claims, volumes };
    }
    if (kind === 'DatabaseCopy') return { kind, spec: proved(written as DatabaseCopySpec, entries), volumes };
    if (kind === 'DatabaseUpgrade') return { kind, spec: written as DatabaseUpgradeSpec, volumes };
    const spec = written as KustomizeToHelmSpec;
    const objects = await selected(spec.source.namespace, spec.source.workloads.selector);
    return { kind: 'KustomizeToHelm', spec, objects, volumes };
  }

  /** Where four eyes are asked for; NotSigned where it is not another person, and the API, that asks. */
  async function demandSecond(request: unknown): Promise<Policy['fourEyes']> {
    const { run, by, signature } = readRunRequest(request);
    const record = await findRecord(run);
    const fourEyes = fourEyesOf(record, settings);
    if (fourEyes) await verify({ workflowId: record.workflowId, run, verb: 'finalize', about: '', plan: '', by, signature, started: fourEyes.started });
    return fourEyes;
  }

  return {
    async prepareFinalize({ request }: { readonly request: unknown }): Promise<{ readonly spec: unknown; readonly policy: Policy; readonly shown: ShownPlan }> {
      const fourEyes = await demandSecond(request);
      const { of, found } = await findRun(request);
      const plan = planFinalize(of, found);
      const policy: Policy = {
        start: 'ask',
        planFreshSeconds: 60,
        commit: 'none',
        commitThen: 'wait',
        failureWaitSeconds: 0,
        failureThen: 'wait',
        heartbeatTimeoutSeconds: settings.heartbeatTimeoutSeconds,
        ...(fourEyes && { fourEyes }),
        searchAttributes: settings.searchAttributes,
      };
      return { spec: found.spec, policy, shown: { plan, hash: hashPlan(plan) } };
    },
  };
}

/** Users may have been let in before the proof was done; until it is there, only the source says what is right. WrongMoment where a database lacks it. */
function proved(spec: DatabaseCopySpec, entries: readonly JournalEntry[]): DatabaseCopySpec {
  if (spec.copy.mode !== 'precopy') return spec;
  const done = new Set(entries.filter(({ state }) => state === 'done').map(({ id }) => id));
  const lacking = spec.databases.map(({ to }) => to).filter((to) => !done.has(proofId(to)));
  if (lacking.length === 0) return spec;
  throw failure('WrongMoment', `nothing has proved yet that ${lacking.join(', ')} is what the source was at the cutover: a rollback may be needed`);
}

type Exchanged = Replacement & { readonly server: PostgresServerRef };

const exchangedIn = (entries: readonly JournalEntry[]): readonly Exchanged[] =>
  entries.filter(({ step, state }) => step === 'replaceDatabase' && state === 'done').map(({ captured }) => captured as Exchanged);

/** As the journal says it: what the spec names may not have been there to be replaced. */
const replacedIn = (entries: readonly JournalEntry[]): readonly string[] =>
  exchangedIn(entries).flatMap(({ name, aside }) => (aside === undefined ? [] : [name]));

/** With what each was told. */
const upgradedIn = (entries: readonly JournalEntry[]) =>
  entries
    .filter(({ step, state }) => step === 'upgradeInPlace' && state === 'done')
    .map(({ id, captured }) => ({ ...(captured as UpgradeWithin), upgradedBy: id }));

/** Claims of the run's own, of old volumes and of dumps. */
const claimsIn = (entries: readonly JournalEntry[]): readonly ObjectRef[] =>
  entries
    .filter(({ state }) => state === 'done')
    .flatMap(({ id, step, captured }) => {
      if (id.startsWith(setAsideId(''))) return [coreRef('PersistentVolumeClaim', (captured as { readonly to: NamespacedName }).to)];
      if (step !== 'createBackupVolume') return [];
      const { existed, place } = captured as { readonly existed: boolean; readonly place: { readonly namespace: string; readonly claim: string } };
      return existed ? [] : [coreRef('PersistentVolumeClaim', { namespace: place.namespace, name: place.claim })];
    });
