import type { Job, KubeObject, PersistentVolume, PersistentVolumeClaim, Pod, Workload } from '../../src/model/kube-object.js';
import type { ObjectRef } from '../../src/model/refs.js';
import { type KubeSubject, until } from './kube.contract.js';

export interface ControllersSubject extends KubeSubject {
  /** With a shell. */
  readonly image: string;
  /** Provisions on first use, deletes by default. */
  readonly storageClass: string;
}

const failing = (type: string) => expect.objectContaining({ type });

/** What controllers do, as far as migrations rest on it: the fake's are held against a real cluster's. */
export function controllersContract(subject: () => ControllersSubject): void {
  const ref = (apiVersion: string, kind: string, name: string): ObjectRef => ({ apiVersion, kind, namespace: subject().namespace, name });
  const deployment = () => ref('apps/v1', 'Deployment', 'api');
  const set = () => ref('apps/v1', 'StatefulSet', 'db');
  const claim = () => ref('v1', 'PersistentVolumeClaim', 'data-db-0');
  const volumeRef = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'PersistentVolume', name });
  const get = <T extends KubeObject>(of: ObjectRef) => subject().raw.get<T>(of);

  const container = (script: string) => ({ name: 'main', image: subject().image, command: ['sh', '-c', script] });
  const serving = 'mkdir -p /www && echo hello > /www/index.html && exec httpd -f -p 8080 -h /www';
  const template = (name: string, script: string) => ({
    metadata: { labels: { app: name } },
    spec: { terminationGracePeriodSeconds: 0, containers: [container(script)] },
  });
  const workload = ({ apiVersion, kind, name }: ObjectRef, spec: object, script = serving): KubeObject =>
    ({
      apiVersion,
      kind,
      metadata: { name, namespace: subject().namespace },
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(name, script), ...spec },
    }) as KubeObject;
  const claimSpec = () => ({ accessModes: ['ReadWriteOnce'], storageClassName: subject().storageClass, resources: { requests: { storage: '16Mi' } } });
  const stateful = () => workload(set(), { serviceName: 'db', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec() }] });

  const pods = (name: string) => subject().raw.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: subject().namespace, labelSelector: `app=${name}` });
  const ready = (of: ObjectRef, count: number) => until(async () => ((await get<Workload>(of))?.status?.readyReplicas ?? 0) === count);
  const gone = (of: ObjectRef) => until(async () => (await get(of)) === undefined);

  test('a Deployment has its pods, follows a scale, and a Service leads to them', async () => {
    const { raw, namespace } = subject();
    await raw.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace },
      spec: { selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] },
    } as KubeObject);
    await raw.create(workload(deployment(), {}));
    await ready(deployment(), 1);
    expect((await get<Workload>(deployment()))?.status).toMatchObject({ replicas: 1, updatedReplicas: 1, availableReplicas: 1, observedGeneration: 1 });
    await until(async () => (await raw.httpGet({ namespace, name: 'api', port: 80, path: '/' })).status === 200);
    await raw.patch(deployment(), { spec: { replicas: 0 } });
    await until(async () => (await pods('api')).length === 0);
    await until(async () => (await get<Workload>(deployment()))?.status?.observedGeneration === 2);
    await until(async () => (await raw.httpGet({ namespace, name: 'api', port: 80, path: '/' })).status === 503);
  });

  test('a new template replaces the pods, and a deleted Deployment takes them with it', async () => {
    const { raw } = subject();
    await raw.create(workload(deployment(), {}));
    await ready(deployment(), 1);
    const [first] = await pods('api');
    await raw.patch(deployment(), { spec: { template: { metadata: { annotations: { changed: 'yes' } } } } });
    await until(async () => {
      const now = await pods('api');
      return now.length === 1 && now[0]?.metadata.uid !== first?.metadata.uid;
    });
    await raw.delete(deployment());
    await until(async () => (await pods('api')).length === 0);
  });

  test('a pod waits for a Secret that it names, and says so', async () => {
    const { raw, namespace } = subject();
    const waiting = { ...container(serving), envFrom: [{ secretRef: { name: 'keys' } }] };
    await raw.create(workload(deployment(), { template: { ...template('api', serving), spec: { terminationGracePeriodSeconds: 0, containers: [waiting] } } }));
    await until(async () => (await pods('api'))[0]?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CreateContainerConfigError');
    await raw.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace } });
    await ready(deployment(), 1);
    // A kubelet looks again only after a while.
  }, 60_000);

  test('fields that cannot change are refused', async () => {
    const { raw } = subject();
    await raw.create(stateful());
    await expect(raw.patch(set(), { spec: { serviceName: 'other' } })).rejects.toEqual(failing('Invalid'));
    await ready(set(), 1);
    await expect(raw.patch(claim(), { spec: { storageClassName: 'other' } })).rejects.toEqual(failing('Invalid'));
  });

  test('an orphaned pod of a StatefulSet goes on and is taken up by the next one', async () => {
    const { raw } = subject();
    await raw.create(stateful());
    await ready(set(), 1);
    const [pod] = await pods('db');
    await raw.delete(set(), { propagation: 'Orphan' });
    await gone(set());
    expect((await pods('db'))[0]?.metadata.uid).toBe(pod?.metadata.uid);
    await raw.create(stateful());
    await until(async () => (await pods('db'))[0]?.metadata.ownerReferences !== undefined);
    expect((await pods('db'))[0]?.metadata.uid).toBe(pod?.metadata.uid);
  });

  test('a retained volume outlives its claim and is bound again under another name', async () => {
    const { raw, namespace } = subject();
    await raw.create(stateful());
    await ready(set(), 1);
    const volume = volumeRef((await get<PersistentVolumeClaim>(claim()))?.spec.volumeName ?? '');
    expect((await get<PersistentVolume>(volume))?.spec.persistentVolumeReclaimPolicy).toBe('Delete');
    await raw.patch(volume, { spec: { persistentVolumeReclaimPolicy: 'Retain' } });
    await raw.delete(claim());
    // In use, so it is going and still there.
    expect((await get(claim()))?.metadata.deletionTimestamp).toBeTruthy();
    await raw.delete(set());
    await gone(claim());
    await until(async () => (await get<PersistentVolume>(volume))?.status?.phase === 'Released');
    const other = ref('v1', 'PersistentVolumeClaim', 'moved');
    await raw.create({
      apiVersion: 'v1',
      kind: other.kind,
      metadata: { name: other.name, namespace },
      spec: { ...claimSpec(), volumeName: volume.name },
    } as KubeObject);
    expect((await get<PersistentVolumeClaim>(other))?.status?.phase).toBe('Pending');
    await raw.patch(volume, { spec: { claimRef: { namespace, name: other.name, uid: null, resourceVersion: null } } });
    await until(async () => (await get<PersistentVolumeClaim>(other))?.status?.phase === 'Bound');
    const { spec } = (await get<PersistentVolume>(volume)) ?? {};
    expect(spec?.claimRef?.uid).toBe((await get(other))?.metadata.uid);
    await raw.patch(volume, { spec: { persistentVolumeReclaimPolicy: 'Delete' } });
    await raw.delete(other);
    await gone(volume);
  });

  test('a Job runs to its end, with its log', async () => {
    const { raw, namespace } = subject();
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'copy', namespace },
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [container('echo one; echo two')] } } },
    };
    await raw.create(job as KubeObject);
    const of = ref('batch/v1', 'Job', 'copy');
    await until(async () => (await get<Job>(of))?.status?.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ?? false);
    const [pod] = await raw.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'batch.kubernetes.io/job-name=copy' });
    expect(await raw.logs({ namespace, name: pod?.metadata.name ?? '', tailLines: 1 })).toBe('two\n');
    await expect(raw.patch(of, { spec: { template: { metadata: { labels: { a: 'b' } } } } })).rejects.toEqual(failing('Invalid'));
    await raw.delete(of);
    await until(async () => (await raw.list({ apiVersion: 'v1', kind: 'Pod', namespace, labelSelector: 'batch.kubernetes.io/job-name=copy' })).length === 0);
  });
}
