import { failure, isFailure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Secret, Workload } from '../model/kube-object.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { type FormerFields, fieldsPatch, readFields, restoreFields } from './objects/fields.js';
import { madeBy } from './objects/made-by.js';
import { coreRef, type NamespacedName } from './objects/namespaced-name.js';
import { type Replacement, replaceText } from './objects/replace-text.js';

export interface PutBackSecretInput {
  /** As the chart's hook made it. */
  readonly secret: NamespacedName;
  /** Where the right values are. */
  readonly from: NamespacedName;
  readonly replace?: Replacement;
  /** Workloads of the release that read it: they are restarted. */
  readonly readers: readonly WorkloadRef[];
}

/** Holds the hook's values: it stays in the cluster's journal. */
export interface PutBackSecretUndo {
  readonly secret: NamespacedName;
  /** Absent: the hook left no Secret. */
  readonly former?: FormerFields;
  readonly readers: readonly FormerFields[];
}

const putBackMark = 'rehelm.dev/put-back';
const restartMark = 'rehelm.dev/restarted';
const secretPaths = [['data'], ['metadata', 'annotations', putBackMark]];
const restartPath = ['spec', 'template', 'metadata', 'annotations', restartMark];

/** For a Secret that a pre-install hook of the chart makes anew: its default delete policy destroys the one that was carried over. */
export function putBackSecret({ kube }: Pick<Adapters, 'kube'>) {
  const read = (name: NamespacedName) => kube.get<Secret>(coreRef('Secret', name));

  async function rightData({ from, replace }: PutBackSecretInput): Promise<Secret | string> {
    const source = await read(from);
    if (!source) return `${showRef(coreRef('Secret', from))} is not there`;
    const replaced = replaceText(source, replace);
    return 'problem' in replaced ? replaced.problem : { ...source, data: replaced.data };
  }

  /** Answers whether the Secret is this step's doing: then its readers may have started with the hook's values. */
  async function putBack({ secret }: PutBackSecretInput, { type = 'Opaque', data = {} }: Secret, act: Act): Promise<boolean> {
    const ref = coreRef('Secret', secret);
    const writer = kube.writeAs(act);
    if (!(await read(secret))) {
      await writer.create({ ...ref, metadata: { namespace: ref.namespace, name: ref.name }, type, data });
      return true;
    }
    // The mark goes in with the data, so that a retry knows whose doing equal data is.
    const mark = { path: ['metadata', 'annotations', putBackMark], value: `${act.run}/${act.step}` };
    const written = await writer.edit<Secret>(ref, (seen) =>
      fieldsPatch(seen, [{ path: ['data'], value: data }]) ? fieldsPatch(seen, [{ path: ['data'], value: data }, mark]) : undefined,
    );
    return written.metadata.annotations?.[putBackMark] === mark.value || madeBy(written, act);
  }

  async function restart(reader: WorkloadRef, act: Act): Promise<readonly string[]> {
    const value = `${act.run}/${act.step}`;
    try {
      await kube.writeAs(act).edit<Workload>(reader, (seen) => fieldsPatch(seen, [{ path: restartPath, value }]));
      return [showRef(reader)];
    } catch (error) {
      // Other values may have taken it out of the chart.
      if (!isFailure(error, 'NotFound')) throw error;
      return [];
    }
  }

  async function removeOwn(secret: NamespacedName, act: Act): Promise<void> {
    const there = await read(secret);
    if (there && madeBy(there, act)) await kube.writeAs(act).remove(coreRef('Secret', secret), { uid: there.metadata.uid ?? '' });
  }

  return {
    /** The right values are there. */
    async checkPutBackSecret(input: PutBackSecretInput): Promise<readonly string[]> {
      const right = await rightData(input);
      return typeof right === 'string' ? [right] : [];
    },

    /** Reads what the hook made, and which readers were restarted before. Changes nothing. */
    async capturePutBackSecret({ secret, readers }: PutBackSecretInput): Promise<PutBackSecretUndo> {
      const made = await read(secret);
      const found = await Promise.all(readers.map(async (object) => ({ object, seen: await kube.get(object) })));
      return {
        secret,
        ...(made && { former: { object: coreRef('Secret', secret), uid: made.metadata.uid ?? '', fields: readFields(made, secretPaths) } }),
        readers: found.flatMap(({ object, seen }) => (seen ? [{ object, uid: seen.metadata.uid ?? '', fields: readFields(seen, [restartPath]) }] : [])),
      };
    },

    /** Puts the right data in and restarts the readers. Where the hook kept ours nothing happens. Safe to repeat. */
    async putBackSecret(input: PutBackSecretInput, act: Act): Promise<{ readonly restarted: readonly string[] }> {
      const right = await rightData(input);
      if (typeof right === 'string') throw failure('NotFound', right);
      if (!(await putBack(input, right, act))) return { restarted: [] };
      return { restarted: (await Promise.all(input.readers.map((reader) => restart(reader, act)))).flat() };
    },

    /** Gives the Secret the hook's data again, as far as it and its readers are still there. Safe to repeat, and safe if putBackSecret never ran. */
    async undoPutBackSecret({ secret, former, readers }: PutBackSecretUndo, act: Act): Promise<void> {
      if (!former) await removeOwn(secret, act);
      for (const each of [...(former ? [former] : []), ...readers]) {
        const live = await kube.get(each.object);
        if (live?.metadata.uid === each.uid) await restoreFields(kube, each, act);
      }
    },
  };
}
