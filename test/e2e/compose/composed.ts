import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineLayout } from '../../../lab/engine/engine-layout.js';
import type { Engine } from '../../../lab/engine/start-engine.js';
import { ensureTool } from '../../../lab/tools/index.js';
import { freePort } from '../../support/free-port.js';
import { type Place, run } from '../story/tools.js';

/** Run until they are told to stop; the others end by themselves. */
export const services = ['postgresql', 'temporal', 'ui', 'worker', 'api'] as const;
export type Service = (typeof services)[number];

/** The stack of docker-compose.yml, as a user has it: the file as it is, and an .env. */
export interface Composed {
  readonly server: string;
  readonly ui: string;
  compose(args: readonly string[]): Promise<string>;
  /** Answers when each of them says that it is well. */
  up(): Promise<void>;
  /** `docker ps` of it: service → state and health. */
  states(): Promise<ReadonlyMap<string, string>>;
  /** SIGKILL to the container's first process, as a crash would end it: the engine is not told. */
  kill(service: Service): Promise<void>;
}

const patienceSeconds = 240;

export async function composed(place: Place, engine: Engine): Promise<Composed> {
  const [apiPort, uiPort] = [await freePort(), await freePort()];
  const files = await writeSettings(place, engine, { apiPort, uiPort });
  const program = await ensureTool('docker-compose');
  const inside: Place = { ...place, env: { ...place.env, ...engine.env } };
  const compose = async (args: readonly string[]) => (await run(inside, program, [...files, ...args])).stdout;
  const states = async () => {
    const lines = (await compose(['ps', '--all', '--format', 'json'])).split('\n').filter((line) => line !== '');
    return new Map(lines.map((line) => JSON.parse(line)).map(({ Service, State, Health }) => [Service, Health || State]));
  };
  return {
    server: `http://127.0.0.1:${apiPort}`,
    ui: `http://127.0.0.1:${uiPort}`,
    compose,
    states,
    up: () => up(compose, states),
    kill: async (service) => {
      const id = (await compose(['ps', '--quiet', service])).trim();
      process.kill(Number(await engine.docker(['inspect', '--format', '{{.State.Pid}}', id])), 'SIGKILL');
    },
  };
}

async function up(compose: Composed['compose'], states: Composed['states']): Promise<void> {
  await compose(['up', '--detach', '--no-build']);
  const until = Date.now() + patienceSeconds * 1000;
  for (;;) {
    const seen = await states();
    if (services.every((service) => seen.get(service) === 'healthy')) return;
    if (Date.now() > until) throw new Error(`the stack did not come up: ${[...seen].map((pair) => pair.join(' ')).join(', ')}`);
    await new Promise((next) => setTimeout(next, 200));
  }
}

/** Arguments of Compose: the user's files, and one that gives the network's bridge a name of ours, by which it is found again. */
async function writeSettings(place: Place, { name }: Engine, { apiPort, uiPort }: { readonly apiPort: number; readonly uiPort: number }) {
  const { bridge, folder: ofEngine } = engineLayout(name);
  // It holds a kubeconfig, and goes when the engine goes.
  const folder = join(ofEngine, 'stack');
  mkdirSync(folder, { recursive: true });
  const kubeconfig = join(folder, 'kubeconfig');
  copyFileSync(place.env['KUBECONFIG']!, kubeconfig);
  chmodSync(kubeconfig, 0o644);
  const settings = {
    POSTGRES_PASSWORD: 'of-the-test',
    REHELM_KUBECONFIG: kubeconfig,
    REHELM_DRILL_IMAGE: 'rehelm/drill:dev',
    REHELM_ESCROW_RECIPIENTS: place.env['REHELM_ESCROW_RECIPIENTS'],
    REHELM_API_PORT: apiPort,
    REHELM_UI_PORT: uiPort,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(folder, '.env'), lines.join(''));
  writeFileSync(join(folder, 'bridge.yml'), JSON.stringify({ networks: { default: { driver_opts: { 'com.docker.network.bridge.name': bridge } } } }));
  const composeFiles = [join(place.checkout, 'docker-compose.yml'), join(folder, 'bridge.yml')].flatMap((file) => ['--file', file]);
  return ['--project-directory', place.checkout, ...composeFiles, '--env-file', join(folder, '.env')];
}
