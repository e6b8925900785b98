/** What the example's charts put into a cluster, as one who drills it sees it. */
export interface Target {
  readonly chart: string;
  readonly namespace: string;
  /** The writers' way in. */
  readonly service: string;
  /** Pods of the members, each also NAME.pg-members; none for a target that holds no data. */
  readonly members: readonly string[];
  readonly workloads: readonly string[];
}

const members = ['pg-0', 'pg-1', 'pg-2'];

export const targets = {
  repmgr: { chart: 'postgres-repmgr', namespace: 'drill-repmgr', service: 'pgpool', members, workloads: ['statefulset/pg', 'deployment/pgpool'] },
  patroni: { chart: 'postgres-patroni', namespace: 'drill-patroni', service: 'postgres', members, workloads: ['statefulset/pg'] },
  stateless: { chart: 'stateless', namespace: 'drill-stateless', service: 'web', members: [], workloads: ['deployment/web'] },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;
