/** A Job that seeds or fingerprints from inside the cluster, where the databases, Redis and the volumes are. As plain objects for `kubectl apply` or a client. */
export type SeedJob = {
  readonly role: 'seed' | 'fingerprint';
  readonly namespace: string;
  readonly rootUri: string;
  /** Names of secrets with a connection-string each: the users that a seed creates. */
  readonly userSecrets?: readonly string[];
  /** What a fingerprint reads. */
  readonly databases?: readonly string[];
  /** Claims of the namespace; none while the product is between two namespaces. */
  readonly claims?: readonly string[];
  /** Whether redis-persistent is part of it. */
  readonly redis?: boolean;
  readonly documents?: number;
  readonly image?: string;
};

type KubernetesObject = { readonly apiVersion: string; readonly kind: string; readonly metadata: object } & Readonly<Record<string, unknown>>;

/** Labels that no selector of the product matches: these Jobs are neither stopped nor compared. */
const labels = { 'app.kubernetes.io/part-of': 'cognigy-seed' };

/** Also of the Secret. Not cognigy-…: by that pattern secrets are carried over. */
export const jobName = ({ role }: Pick<SeedJob, 'role'>): string => `product-data-${role}`;

/** The Secret with the root user and the Job. The name is fixed: delete the Job of an earlier time first. */
export const jobObjects = (job: SeedJob): readonly KubernetesObject[] => {
  const metadata = { name: jobName(job), namespace: job.namespace, labels };
  const claims = job.claims ?? [];
  const container = {
    name: job.role,
    image: job.image ?? 'cognigy/service:4.41.2',
    imagePullPolicy: 'IfNotPresent',
    env: environmentOf(job),
    resources: { requests: { cpu: '100m', memory: '128Mi' } },
    volumeMounts: claims.map((claim) => ({ name: claim, mountPath: `/data/${claim}` })),
  };
  const volumes = claims.map((claim) => ({ name: claim, persistentVolumeClaim: { claimName: claim } }));
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { uri: job.rootUri } },
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: { backoffLimit: 2, template: { metadata: { labels }, spec: { restartPolicy: 'Never', containers: [container], volumes } } },
    },
  ];
};

const environmentOf = (job: SeedJob): readonly object[] => {
  const fromSecret = (name: string, secret: string, key: string) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } });
  return [
    { name: 'ROLE', value: job.role },
    fromSecret('MONGODB_ROOT_URI', jobName(job), 'uri'),
    ...(job.userSecrets ?? []).map((secret, index) => fromSecret(`MONGODB_USER_${index}`, secret, 'connection-string')),
    ...(job.databases ? [{ name: 'DATABASES', value: job.databases.join(',') }] : []),
    { name: 'VOLUMES', value: (job.claims ?? []).map((claim) => `/data/${claim}`).join(',') },
    ...(job.redis
      ? [{ name: 'REDIS_PERSISTENT_ADDRESS', value: 'redis-persistent:6379' }, fromSecret('REDIS_PERSISTENT_PASSWORD', 'redis-persistent.password', 'password')]
      : []),
    ...(job.documents === undefined ? [] : [{ name: 'DOCUMENTS', value: String(job.documents) }]),
  ];
};
