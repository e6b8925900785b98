import { createClient } from 'redis';
import type { Settings } from './settings.js';

/** Every key has the prefix; the last part of this one is what the vendor's guide names. */
export const onboardingKey = 'alfred:CHATWOOT_INSTALLATION_ONBOARDING';
const installedKey = 'alfred:INSTALLED_VERSION';
/** Lists of jobs: what waits, and what a worker has begun. */
export const jobKeys = { waiting: 'queue:replies', begun: 'queue:replies:begun' } as const;

export interface Job {
  /** Of the message that is answered. */
  readonly message: string;
  readonly conversation: string;
}

export type Keys = Awaited<ReturnType<typeof openKeys>>;

/** Connects in the background and again whenever the server comes back; until then every call fails at once. */
export async function openKeys({ host, port, password }: Settings['redis']) {
  const client = createClient({ socket: { host, port, connectTimeout: 1000, reconnectStrategy: () => 200 }, password, disableOfflineQueue: true });
  let lastError = 'not connected yet';
  client.on('error', (error: Error) => {
    lastError = error.message;
  });
  client.connect().catch(() => undefined); // told by the next call: every failure also arrives as an 'error' event
  const connected = () => {
    if (!client.isReady) throw new Error(`redis: ${lastError}`);
    return client;
  };
  return {
    /** An app that finds Redis empty begins the installation: from then on users see the onboarding screen. */
    async beginInstallation(version: string): Promise<void> {
      if ((await connected().set(installedKey, version, { condition: 'NX' })) === 'OK') await connected().set(onboardingKey, 'true');
    },
    onboards: async (): Promise<boolean> => (await connected().exists(onboardingKey)) === 1,
    finishOnboarding: async (): Promise<boolean> => (await connected().del(onboardingKey)) === 1,
    async push(job: Job): Promise<void> {
      await connected().lPush(jobKeys.waiting, JSON.stringify(job));
    },
    /** The oldest job, or nothing after a second. Kept among those that were begun until `done`. */
    async take(): Promise<string | undefined> {
      return (await connected().blMove(jobKeys.waiting, jobKeys.begun, 'RIGHT', 'LEFT', 1)) ?? undefined;
    },
    async done(job: string): Promise<void> {
      await connected().lRem(jobKeys.begun, 1, job);
    },
    /** What a worker that died had begun waits again. */
    async requeue(): Promise<void> {
      while ((await connected().lMove(jobKeys.begun, jobKeys.waiting, 'LEFT', 'RIGHT')) !== null);
    },
    close: async () => client.destroy(),
  };
}
