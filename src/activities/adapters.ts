import type { ApiKey } from '../adapters/cluster-key/api-key.js';
import type { Helm } from '../adapters/helm/helm.js';
import type { JournalStore, LockStore } from '../adapters/journal/journal.js';
import type { Kube } from '../adapters/kube/kube.js';
import type { RequestFiles } from '../adapters/request-files/request-files.js';
import type { Temporal } from '../adapters/temporal/temporal.js';
import type { SendWebhook } from '../adapters/webhook/webhook.js';
import type { Settings } from '../model/settings.js';

/** Everything outside that activities reach. A step's factory takes the part it needs. */
export interface Adapters {
  readonly kube: Kube;
  readonly helm: Helm;
  readonly journal: JournalStore;
  readonly locks: LockStore;
  readonly temporal: Temporal;
  readonly requestFiles: RequestFiles;
  readonly webhook: SendWebhook;
  /** What the API signs with. */
  readonly apiKey: ApiKey;
  readonly settings: Settings;
}
