import { z } from 'zod';
import { binaries, dataDirectory, dataVolume, serverImage } from './data-volume.js';
import { approval, dnsName, finalize, named, notify, onFailure, writers } from './parts.js';

/** Before 10 it is two numbers. */
const major = z.number().int().min(10);

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('DatabaseUpgrade'),
  metadata: z.strictObject({ name: dnsName }),
  /** What the old server left, with its version as the directory's PG_VERSION says it. */
  volume: z.strictObject({ ...dataVolume, major }),
  /** Where the new server looks for its directory: the old one's place, if nothing else is said. */
  to: z.strictObject({ major, data: dataDirectory.exactOptional(), binaries }),
  /** Brings the programs of both versions; `binaries` are the old one's. */
  ...serverImage,
  wayBack: z.union(
    [z.strictObject({ claim: named }), z.strictObject({ volumeSnapshot: named })],
    'expected {claim: {namespace, name}}, of which the volume is a clone, or {volumeSnapshot: {namespace, name}}, which was taken of it',
  ),
  writers,
  approval,
  onFailure,
  finalize,
  notify,
});

type Clash = readonly [path: readonly string[], message: string];

function clashesOf({ volume: { major: from, claim }, to, wayBack }: z.output<typeof whole>): readonly Clash[] {
  const back = 'claim' in wayBack ? wayBack.claim : undefined;
  return [
    ...(to.major > from ? [] : [[['to', 'major'], `PostgreSQL ${to.major} is no newer than ${from}`] as const]),
    ...(back?.namespace === claim.namespace && back.name === claim.name
      ? [[['wayBack', 'claim'], 'this is the very volume that is upgraded: name the one that it was cloned from'] as const]
      : []),
  ];
}

/** kind: DatabaseUpgrade. Unknown keys are refused: nothing is silently ignored. */
export const databaseUpgradeSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of clashesOf(spec)) context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe('PostgreSQL only. `to.major` is newer than `volume.major`, and the claim to come back to is another than the one that is upgraded.');

export type DatabaseUpgradeSpec = z.output<typeof databaseUpgradeSchema>;
