import { Encrypter } from 'age-encryption';
import { stringify } from 'yaml';
import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Secret } from '../model/kube-object.js';
import { showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { coreRef } from './objects/namespaced-name.js';
import { plainManifest } from './objects/plain-manifest.js';

export interface EscrowSecretsInput {
  readonly namespace: string;
  readonly names: readonly string[];
}

export interface EscrowedSecrets {
  readonly artifact: string;
  readonly secrets: number;
  /** Of the encrypted artifact. */
  readonly bytes: number;
}

const artifact = 'escrow.age';

/** Guide, "Prerequisites": a backup of the product's secrets, as manifests, readable for the holders of the recipients' keys only. */
export function escrowSecrets({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  const readAll = ({ namespace, names }: EscrowSecretsInput) =>
    Promise.all(
      names.map(async (name) => ({ ref: coreRef('Secret', { namespace, name }), found: await kube.get<Secret>(coreRef('Secret', { namespace, name })) })),
    );

  return {
    /** Somebody must be able to read it, and every Secret must be there. */
    async checkEscrowSecrets(input: EscrowSecretsInput): Promise<readonly string[]> {
      const missing = (await readAll(input)).filter(({ found }) => !found).map(({ ref }) => `${showRef(ref)} is not there`);
      return [...recipientProblems(settings.escrowRecipients), ...missing];
    },

    async captureEscrowSecrets(): Promise<Record<string, never>> {
      return {};
    },

    /** Encrypts the originals into the run's artifact `escrow.age`: a YAML document each. Safe to repeat: the first artifact stays. */
    async escrowSecrets(input: EscrowSecretsInput, act: Act): Promise<EscrowedSecrets> {
      const secrets = input.names.length;
      const stored = await journal.getArtifact(act.run, artifact);
      if (stored) return { artifact, secrets, bytes: stored.byteLength };
      const manifests = (await readAll(input)).map(({ ref, found }) => {
        if (!found) throw failure('NotFound', `${showRef(ref)} is not there`);
        return stringify(plainManifest(found));
      });
      const encrypted = await encrypt(manifests.join('---\n'), settings.escrowRecipients);
      await journal.putArtifact(act, artifact, encrypted);
      return { artifact, secrets, bytes: encrypted.byteLength };
    },

    /** Nothing: it is a copy, encrypted, and goes with the run's other artifacts at finalize. */
    async undoEscrowSecrets(_captured: Record<string, never>, _act: Act): Promise<void> {},
  };
}

async function encrypt(text: string, recipients: readonly string[]): Promise<Uint8Array> {
  const [problem] = recipientProblems(recipients);
  if (problem !== undefined) throw failure('PreflightFailed', problem);
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter.encrypt(text);
}

/** By their place: what somebody set by mistake may be a secret key. */
function recipientProblems(recipients: readonly string[]): readonly string[] {
  if (recipients.length === 0) return ['escrow needs an age recipient in the worker’s REHELM_ESCROW_RECIPIENTS, and none is set'];
  return recipients.flatMap((recipient, index) =>
    isRecipient(recipient) ? [] : [`recipient ${index + 1} of REHELM_ESCROW_RECIPIENTS is not an age recipient (age1…)`],
  );
}

function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}
