import type { KubeObject } from '../../model/kube-object.js';
import type { ReleaseRef } from '../../model/refs.js';
import type { Field, FieldPath } from '../objects/fields.js';

interface Marks {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const managedBy = 'app.kubernetes.io/managed-by';
const releaseName = 'meta.helm.sh/release-name';
const releaseNamespace = 'meta.helm.sh/release-namespace';

/** Without these three, exactly so, Helm refuses to take an existing object into a release (its validate.go, checkOwnership). */
export const ownershipMarks = ({ namespace, name }: ReleaseRef): Marks => ({
  labels: { [managedBy]: 'Helm' },
  annotations: { [releaseName]: name, [releaseNamespace]: namespace },
});

/** Where they stand in an object. */
export const ownershipPaths: readonly FieldPath[] = [
  ['metadata', 'labels', managedBy],
  ['metadata', 'annotations', releaseName],
  ['metadata', 'annotations', releaseNamespace],
];

/** Helm leaves the object when it leaves the chart or the release is uninstalled, where the chart says so, too. */
export const keptMark = { 'helm.sh/resource-policy': 'keep' } as const;
export const keptPath: FieldPath = ['metadata', 'annotations', 'helm.sh/resource-policy'];

export const isKept = ({ metadata: { annotations = {} } }: KubeObject): boolean =>
  Object.entries(keptMark).every(([annotation, keep]) => annotations[annotation] === keep);

/** Marks as fields of an object. */
export const markFields = ({ labels, annotations }: Marks): readonly Field[] => [
  ...Object.entries(labels).map(([key, value]) => ({ path: ['metadata', 'labels', key], value })),
  ...Object.entries(annotations).map(([key, value]) => ({ path: ['metadata', 'annotations', key], value })),
];

/** The release that the object says it belongs to. */
export function owningRelease({ metadata: { annotations = {} } }: KubeObject): ReleaseRef | undefined {
  const name = annotations[releaseName];
  return name === undefined ? undefined : { name, namespace: annotations[releaseNamespace] ?? '' };
}
