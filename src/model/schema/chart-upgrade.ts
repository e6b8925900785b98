import { z } from 'zod';
import { wayOf } from '../way-of.js';
import { backup, type Clash, chartTarget, databaseClashes, oldVolume, releasedServer } from './chart-target.js';
import { binaries, dataDirectory } from './data-volume.js';
import { databaseName } from './database-server.js';
import { approval, dnsName, exposure, finalize, namespaceName, notify, onFailure, overlay, patterns, probe, releaseName, workload } from './parts.js';
import { redisKeys } from './redis-keys.js';

const notAhead =
  'old and new server are behind one Service, and the old one is gone before the new one is there: nothing can be copied ahead. Take dump or copy';

const database = z.strictObject({
  engine: z.literal('postgresql'),
  name: databaseName,
  from: releasedServer,
  to: releasedServer,
  /**
   * `rebind` gives the new server the old one's volume; `upgradeInPlace` a clone of it, upgraded by links; `copy` reads it by a server of the run's own; `auto`: whichever
   * `rebind`, `upgrade` or `volume` says how to do, else dump.
   */
  mode: z.enum(['auto', 'dump', 'copy', 'rebind', 'upgradeInPlace'], { error: ({ input }) => (input === 'precopy' ? notAhead : undefined) }).default('auto'),
  backup,
  /** Of `copy` and `upgradeInPlace`: the old server's volume, one of `replaceVolumes`, and an image with its programs. */
  volume: oldVolume.optional(),
  /** Of `rebind`: the old server's claim, and how the new chart calls it; its name, if nothing else is said. For one major version only. */
  rebind: z.strictObject({ claim: dnsName, to: dnsName.optional() }).optional(),
  /** Of `upgradeInPlace`: the new server's version, whose programs `volume.image` brings, too; how the new chart calls the claim, and where it looks for the directory, if that changes. */
  upgrade: z.strictObject({ major: z.number().int().min(10), claim: dnsName.optional(), data: dataDirectory.exactOptional(), binaries }).optional(),
});

const secretKey = z.string().regex(/^[-._a-zA-Z0-9]+$/, 'expected a key of a Secret');

const rekeyedSecret = z.strictObject({
  name: dnsName,
  /** As the new chart calls the Secret; its name, if nothing else is said. */
  to: dnsName.optional(),
  /** The value of `from` stands under `to` instead; several may have the value of one. Other keys keep theirs. */
  keys: z.array(z.strictObject({ from: secretKey, to: secretKey })).default([]),
});

const whole = z.strictObject({
  apiVersion: z.literal('rehelm.dev/v1alpha1'),
  kind: z.literal('ChartUpgrade'),
  metadata: z.strictObject({ name: dnsName }),
  source: z.strictObject({ namespace: namespaceName, release: releaseName }),
  target: chartTarget,
  /** By which the new chart comes up with nothing but what the databases need. */
  installEmpty: overlay.default({}),
  /** Who writes: stopped first. The rest of the release goes when it is uninstalled. */
  quiesce: z.array(workload).min(1),
  /** Claims of the release whose volumes the new one gets under the same names. */
  keepVolumes: patterns.optional(),
  /** Claims of the release whose names the new one fills anew; the old volumes are kept until the finalize. */
  replaceVolumes: patterns.optional(),
  secrets: z
    .strictObject({
      /** Of the release: the new chart makes them anew. */
      regenerate: z.array(dnsName).default([]),
      /** Of the release: the new chart finds their values under its own keys. */
      rekey: z.array(rekeyedSecret).default([]),
    })
    .prefault({}),
  databases: z.array(database).default([]),
  /** Of the new release, once it runs. */
  redis: z.array(redisKeys).default([]),
  probes: z.array(probe).default([]),
  traffic: z.strictObject({ hold: z.array(exposure).min(1), closed: z.strictObject({ set: overlay }).optional() }),
  approval,
  onFailure,
  finalize,
  notify,
});

function wayClashes({ databases, secrets }: z.output<typeof whole>): readonly Clash[] {
  return databases.flatMap(({ mode, rebind, upgrade, volume, to }, index): readonly Clash[] => {
    const isMadeAnew = secrets.regenerate.includes(to.password.secretRef.name);
    const wrong = [
      [mode === 'rebind' && !rebind, 'rebind', 'which claim of the old server is the new one to get?'],
      [mode === 'upgradeInPlace' && !upgrade, 'upgrade', 'to which major version?'],
      [upgrade && !volume, 'volume', 'an upgrade reads the old volume: say which, what it holds, and an image with the programs of both versions'],
      [rebind && (volume || upgrade), 'rebind', 'the old volume is either read or handed over: leave rebind, or volume and upgrade, away'],
      [rebind && !['rebind', 'auto'].includes(mode), 'rebind', 'nobody would get it: say mode: rebind, or leave this away'],
      [upgrade && !['upgradeInPlace', 'auto'].includes(mode), 'upgrade', 'nobody would do it: say mode: upgradeInPlace, or leave this away'],
      [(rebind || upgrade) && isMadeAnew, 'to', 'the data keep their passwords, and this Secret is made anew: name it in secrets.rekey instead'],
    ] as const;
    return wrong.flatMap(([is, field, message]) => (is ? [[['databases', index, field], message] as const] : []));
  });
}

/** What becomes of the directory that it is in. */
function courseOf(wish: z.output<typeof database>): string {
  const way = wayOf(wish);
  if (way === 'rebind') return JSON.stringify([way, wish.rebind]);
  return way === 'upgradeInPlace' ? JSON.stringify([way, wish.upgrade, wish.volume]) : 'left';
}

/** Databases of one server share its directory: it goes along whole, for all of them alike, or it is left and each is taken out of it. */
function serverClashes({ databases }: z.output<typeof whole>): readonly Clash[] {
  return databases.flatMap((database, index): readonly Clash[] => {
    const first = databases.find(({ from }) => from.service === database.from.service);
    return first && courseOf(first) !== courseOf(database)
      ? [[['databases', index, 'mode'], `${first.name} is on the same server, whose volume goes along whole or not at all: say the same of both`]]
      : [];
  });
}

/** Two that would make one Secret, and one that is to be both kept and made anew. */
function secretClashes({ secrets: { regenerate, rekey } }: z.output<typeof whole>): readonly Clash[] {
  const names = rekey.map(({ name, to = name }) => to);
  return rekey.flatMap(({ name, to = name }, index): readonly Clash[] => [
    ...(names.indexOf(to) < index ? [[['secrets', 'rekey', index], `Secret ${to} is made twice`] as const] : []),
    ...(regenerate.includes(to) || regenerate.includes(name)
      ? [[['secrets', 'rekey', index], `Secret ${name} cannot be made anew and keep its values`] as const]
      : []),
  ]);
}

/** kind: ChartUpgrade. Unknown keys are refused: nothing is silently ignored. */
export const chartUpgradeSchema = whole
  .superRefine((spec, context) => {
    for (const [path, message] of [...databaseClashes(spec.databases), ...wayClashes(spec), ...serverClashes(spec), ...secretClashes(spec)])
      context.addIssue({ code: 'custom', path: [...path], message });
  })
  .describe('Old and new release have one name and one namespace. No database stands twice, and none of those that the server keeps for itself.');

export type ChartUpgradeSpec = z.output<typeof chartUpgradeSchema>;
