import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Secret } from '../model/kube-object.js';
import { type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { differingKeys } from './objects/differing-keys.js';
import { fieldsPatch, readFields } from './objects/fields.js';
import { hashSecret, type SecretHash } from './objects/hash-secret.js';
import { madeBy } from './objects/made-by.js';
import { coreRef, type NamespacedName } from './objects/namespaced-name.js';
import { plainManifest } from './objects/plain-manifest.js';
import { type RenamedKey, renameKeys } from './objects/rename-keys.js';
import { type Replaced, type Replacement, replaceText } from './objects/replace-text.js';
import { keptMark, keptPath, markFields, ownershipMarks, ownershipPaths } from './release/helm-ownership.js';
import { runKey } from './runs/run-key.js';

export interface CarrySecretInput {
  readonly from: NamespacedName;
  readonly to: NamespacedName;
  /** A text inside one key's value, such as a database's name in a connection string. */
  readonly replace?: Replacement;
  readonly keys?: readonly RenamedKey[];
  /** The step that makes `from`, and before which another one stands under the name of `to`. */
  readonly carriedBy?: string;
  /** The release that shall own it. */
  readonly release?: ReleaseRef;
  /** `helm.sh/resource-policy: keep` */
  readonly kept?: true;
}

/** The whole Secret that was there before, if one was. It holds values: it stays in the cluster's journal. */
export interface CarrySecretUndo {
  readonly to: NamespacedName;
  readonly before?: Secret;
}

/** Tells no value: the hashes are HMACs under the run's key. */
export interface CarriedSecret extends SecretHash {
  readonly name: string;
}

const refOf = (name: NamespacedName) => coreRef('Secret', name);
const show = (name: NamespacedName): string => showRef(refOf(name));

/** Guide, "Secrets" 5 and 6: the product's secrets in the target namespace, renamed where the chart renames them. */
export function carrySecret({ kube, journal }: Pick<Adapters, 'kube' | 'journal'>) {
  const read = (name: NamespacedName) => kube.get<Secret>(refOf(name));

  async function problemsOf(input: CarrySecretInput): Promise<readonly string[]> {
    const [source, target] = await Promise.all([read(input.from), read(input.to)]);
    if (!source) return [`${show(input.from)} is not there`];
    if (source.type === 'kubernetes.io/service-account-token') return [`${show(input.from)} is the token of a ServiceAccount: no other namespace can use it`];
    const replaced = changed(source, input);
    if ('problem' in replaced) return [replaced.problem];
    const differing = target ? differingKeys(target, { ...source, data: replaced.data }) : [];
    return differing.length === 0 ? [] : [`${show(input.to)} is already there and differs from what would be carried: ${differing.join(', ')}`];
  }

  return {
    /** The source is there with what is to be replaced, and nothing different stands under the target's name. */
    async checkCarrySecret(input: CarrySecretInput): Promise<readonly string[]> {
      return input.carriedBy === undefined ? problemsOf(input) : [];
    },

    /** Reads what stands under the target's name. Changes nothing. */
    async captureCarrySecret({ to }: CarrySecretInput): Promise<CarrySecretUndo> {
      const before = await read(to);
      return { to, ...(before && { before }) };
    },

    /** Creates the copy, or marks an equal Secret as the release's. AlreadyExists where a different one is there. Safe to repeat. */
    async carrySecret(input: CarrySecretInput, act: Act): Promise<CarriedSecret> {
      const source = await read(input.from);
      if (!source) throw failure('NotFound', `${show(input.from)} is not there`);
      const wanted = carried(source, input);
      const key = await runKey(journal, act);
      const writer = kube.writeAs(act);
      if (!(await read(input.to))) await writer.create(wanted);
      else
        await writer.edit<Secret>(refOf(input.to), (seen) => {
          const differing = differingKeys(seen, wanted);
          if (differing.length > 0 && !madeBy(seen, act)) throw failure('AlreadyExists', `${show(input.to)} is there and differs: ${differing.join(', ')}`);
          return fieldsPatch(seen, [...readFields(wanted, [['data']]), ...markFields(marksOf(input))]);
        });
      return { name: input.to.name, ...hashSecret(key, wanted) };
    },

    /** Deletes the copy, or puts back what was there. NotOurs where somebody made another one. Safe to repeat, and safe if carrySecret never ran. */
    async undoCarrySecret({ to, before }: CarrySecretUndo, act: Act): Promise<void> {
      const there = await read(to);
      const writer = kube.writeAs(act);
      if (!before) {
        if (there && madeBy(there, act)) await writer.remove(refOf(to), { uid: there.metadata.uid ?? '' });
        return;
      }
      // Gone: an uninstall of the release that owned it meanwhile takes it along.
      if (!there) return void (await writer.create(plainManifest(before), { labelled: false }));
      await writer.edit<Secret>(refOf(to), (seen) => {
        // The second look is for an undo that had to create it anew and is repeated.
        if (seen.metadata.uid !== before.metadata.uid && differingKeys(seen, before).length > 0)
          throw failure('NotOurs', `${show(to)} was deleted and made anew by somebody since, with other values`);
        return fieldsPatch(seen, readFields(before, [['data'], ...ownershipPaths, keptPath]));
      });
    },
  };
}

function marksOf({ release, kept }: CarrySecretInput) {
  const { labels = {}, annotations = {} } = release ? ownershipMarks(release) : {};
  return { labels, annotations: { ...annotations, ...(kept && keptMark) } };
}

/** Type, data and our marks. What else the source wears belongs to whoever manages it there. */
function carried(source: Secret, input: CarrySecretInput): Secret {
  const replaced = changed(source, input);
  if ('problem' in replaced) throw failure('NotFound', replaced.problem);
  const { namespace, name } = input.to;
  return { ...secretKind, metadata: { namespace, name, ...marksOf(input) }, type: source.type ?? 'Opaque', data: replaced.data };
}

function changed(source: Secret, { replace, keys = [] }: CarrySecretInput): Replaced {
  const replaced = replaceText(source, replace);
  return 'problem' in replaced ? replaced : renameKeys({ ...source, data: replaced.data }, keys);
}

const secretKind = { apiVersion: 'v1', kind: 'Secret' } as const;
