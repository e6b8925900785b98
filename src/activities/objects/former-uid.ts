import type { KubeObject } from '../../model/kube-object.js';

const annotation = 'rehelm.dev/former-uid';

/** Of an object that a run deleted and its rollback makes anew: other undos of the run, which know it by its uid, know it by this. */
export const formerUid = ({ metadata: { uid } }: KubeObject): Readonly<Record<string, string>> => (uid === undefined ? {} : { [annotation]: uid });

export const isRemade = ({ metadata }: KubeObject, formerly: string | undefined): boolean =>
  formerly !== undefined && metadata.annotations?.[annotation] === formerly;
