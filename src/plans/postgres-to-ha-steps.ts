import { counted } from '../model/counted.js';
import type { FoundSingleServer as Found, PostgresToHaSpec as Spec } from '../model/postgres-to-ha.js';
import { backupOf, modeOf } from './moved-database.js';
import { poolerOf, primaryOf } from './postgres-to-ha-databases.js';
import type { TypedStep } from './step.js';

/** How long standbys may take to clone the primary and to catch up, in seconds. */
const cloneSeconds = 86_400;

/** The guide's ConfigMap, for people and scripts. */
export function note({ source: { namespace }, progressConfigMap, databases, metadata }: Spec, phase: string): readonly TypedStep[] {
  if (progressConfigMap === undefined) return [];
  const claims = databases.filter((each) => modeOf(each) === 'dump').map((each) => backupOf(each, 0, metadata.name).claim);
  return [
    {
      id: `note/${phase}`,
      step: 'noteProgress',
      title: `Note in ConfigMap ${namespace}/${progressConfigMap}: ${phase}`,
      input: {
        configMap: { namespace, name: progressConfigMap },
        phase,
        ...(phase === 'completed' && { completed: true as const }),
        ...(claims.length > 0 && { backup: claims.join(',') }),
      },
    },
  ];
}

/** The others clone what the first one holds by then. */
export function standbys(spec: Spec, { members }: Found): readonly TypedStep[] {
  const pooler = poolerOf(spec);
  const [database] = spec.databases;
  if (members.length < 2) return [];
  return [
    {
      id: 'standbys',
      step: 'verifyStandbys',
      proves: true,
      title: `Prove that ${counted(members.length - 1, 'standby')} follow${pooler ? `, and that ${spec.target.pooler?.service} leads to the primary` : ''}`,
      input: {
        primary: primaryOf(spec, members),
        standbys: members.length - 1,
        ...(pooler && database && { pooler: { server: pooler, database: database.name } }),
        withinSeconds: cloneSeconds,
      },
      changeable: ['withinSeconds'],
      withinSeconds: cloneSeconds,
    },
  ];
}
