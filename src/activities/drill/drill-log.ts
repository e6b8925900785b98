import type { KubeReader } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import { systemNamespace } from '../../model/act.js';
import { type DrillResult, drillLabels } from '../../model/drill.js';
import type { Pod } from '../../model/kube-object.js';

/** What driver or guard say: the stage they are in, the guard's state, and in the end the result. */
export interface DrillLog {
  readonly stage?: string;
  readonly guard?: string;
  readonly result?: DrillResult;
  /** The driver's node: it must stand on another one. */
  readonly misplaced?: string;
  /** Pods that hang in Terminating now. */
  readonly stuck?: readonly string[];
  /** Lines that are not their own protocol: stack traces, failures. */
  readonly noise: readonly string[];
}

const tailLines = 30;
const maxNoise = 5;

type Line = Pick<DrillLog, 'stage' | 'guard' | 'result' | 'misplaced' | 'stuck'>;

const fields: readonly string[] = ['stage', 'guard', 'result', 'misplaced', 'stuck'];

/** The role's pod, newest first; undefined where there is none. */
export async function podOf(kube: KubeReader, name: string, role: 'driver' | 'guard'): Promise<Pod | undefined> {
  const labelSelector = `${drillLabels.drill}=${name},${drillLabels.role}=${role}`;
  const pods = await kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: systemNamespace, labelSelector });
  return pods.toSorted((a, b) => ((a.metadata.creationTimestamp ?? '') < (b.metadata.creationTimestamp ?? '') ? 1 : -1))[0];
}

/** Nothing where the log cannot be had: its node may be off, or the pod just gone. */
export async function readDrillLog(kube: KubeReader, pod: Pod | undefined): Promise<DrillLog> {
  if (!pod) return { noise: [] };
  const text = await kube.logs({ namespace: systemNamespace, name: pod.metadata.name, tailLines }).catch((error: unknown) => {
    if (!isFailure(error, 'NotFound', 'Unreachable', 'Invalid')) throw error;
    return '';
  });
  const lines = text.split('\n').filter(Boolean).map(parse);
  const said = lines.flatMap((line) => (typeof line === 'string' ? [] : [line]));
  return { ...Object.assign({}, ...said), noise: lines.filter((line) => typeof line === 'string').slice(-maxNoise) };
}

function parse(line: string): Line | string {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null && fields.some((field) => field in read) ? (read as Line) : line;
  } catch {
    return line;
  }
}
