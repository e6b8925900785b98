import type { MergePatch } from '../adapters/kube/kube.js';
import type { Act } from '../model/act.js';
import type { KubeObject } from '../model/kube-object.js';
import type { Adapters } from './adapters.js';
import { madeByRun } from './objects/made-by.js';
import { coreRef, type NamespacedName } from './objects/namespaced-name.js';
import { plainManifest } from './objects/plain-manifest.js';

export interface NoteProgressInput {
  readonly configMap: NamespacedName;
  readonly phase: string;
  /** The last note: `state` is `completed` from then on, before it `running`. */
  readonly completed?: true;
  /** Claims that dumps lie on. */
  readonly backup?: string;
}

type Data = Readonly<Record<string, string>>;
type ConfigMap = KubeObject & { readonly data?: Data };

export interface NoteProgressUndo {
  readonly configMap: NamespacedName;
  /** Absent where there was none. */
  readonly before?: ConfigMap;
}

/** Guide 003, "Ensuring state consistency": how far it is, in a ConfigMap for people and scripts. The run itself never reads it. */
export function noteProgress({ kube }: Pick<Adapters, 'kube'>) {
  const read = (name: NamespacedName) => kube.get<ConfigMap>(coreRef('ConfigMap', name));

  return {
    /** Reads what the ConfigMap says. Changes nothing. */
    async captureNoteProgress({ configMap }: NoteProgressInput): Promise<NoteProgressUndo> {
      const before = await read(configMap);
      return { configMap, ...(before && { before }) };
    },

    /** Writes `run`, `state`, `phase`, `startedAt`, `backup` and at the end `completedAt`; other keys stay. Safe to repeat. */
    async noteProgress(input: NoteProgressInput, act: Act): Promise<void> {
      const ref = coreRef('ConfigMap', input.configMap);
      const { apiVersion, kind, namespace, name } = ref;
      if (!(await read(input.configMap)))
        await kube.writeAs(act).create({ apiVersion, kind, metadata: { namespace: namespace ?? '', name }, data: noted({}, input, act) } as ConfigMap);
      else await kube.writeAs(act).edit<ConfigMap>(ref, ({ data = {} }) => patchOf(data, { ...data, ...noted(data, input, act) }));
    },

    /** It says what it said before, or is gone where there was none. Safe to repeat, and safe if noteProgress never ran. */
    async undoNoteProgress({ configMap, before }: NoteProgressUndo, act: Act): Promise<void> {
      const ref = coreRef('ConfigMap', configMap);
      const there = await read(configMap);
      const writer = kube.writeAs(act);
      if (before && !there) await writer.create(plainManifest(before), { labelled: false });
      else if (before) await writer.edit<ConfigMap>(ref, ({ data = {} }) => patchOf(data, before.data ?? {}));
      else if (there && madeByRun(there, act)) await writer.remove(ref, { uid: there.metadata.uid ?? '' });
    },
  };
}

function noted(said: Data, { phase, completed, backup }: NoteProgressInput, { run }: Act): Data {
  const mine = said['run'] === run;
  const now = new Date().toISOString();
  return {
    run,
    state: completed ? 'completed' : 'running',
    phase,
    startedAt: (mine && said['startedAt']) || now,
    ...(backup !== undefined && { backup }),
    ...(completed && { completedAt: (mine && said['completedAt']) || now }),
  };
}

/** A merge patch keeps what it does not name. */
function patchOf(seen: Data, wanted: Data): MergePatch | undefined {
  const gone = Object.keys(seen).filter((key) => !(key in wanted));
  const changed = Object.entries(wanted).filter(([key, value]) => seen[key] !== value);
  if (gone.length + changed.length === 0) return undefined;
  return { data: Object.fromEntries([...changed, ...gone.map((key) => [key, null])]) };
}
