import { releaseIn } from '../story/release.js';
import type { Place } from '../story/tools.js';

export const example = 'examples/keycloak-ha';
export const namespace = 'iam';
export const release = 'sso';
export const database = 'keycloak';

export const { helm, inNamespace, ask, untilServed, readRelease, remove } = releaseIn({ namespace, release, port: 8080 });

/** Pods that a database may be in, and where its own socket is. */
const oldServer = { pod: 'sso-postgresql-0', socket: '/tmp' };
const members = [0, 1, 2].map((index) => ({ pod: `sso-postgresql-ha-postgresql-${index}`, socket: '/run/postgresql' }));
type Server = typeof oldServer;

const psqlIn = ({ pod, socket }: Server) => ['exec', '-i', pod, '--', 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', socket, '-U', 'postgres', '-d', database];

/** The server that the product's rows are in: the members' primary where there is one, else the single server. */
async function findServer(place: Place): Promise<Server> {
  for (const server of [...members, oldServer]) {
    const { exitCode, stdout } = await inNamespace(place, [...psqlIn(server), '-c', 'select pg_is_in_recovery()'], { mayFail: true });
    if (exitCode === 0 && stdout.trim() === 'f') return server;
  }
  throw new Error(`no server of ${release} takes writes`);
}

/** What a script answers, unaligned; as the server's superuser, over its own socket. */
export async function query(place: Place, sql: string): Promise<string> {
  return (await inNamespace(place, [...psqlIn(await findServer(place)), '-f', '-'], { input: sql })).stdout.trim();
}

/** The status of a user's login; undefined where nobody answers. */
export async function logIn(place: Place, login: { readonly user: string; readonly password: string }): Promise<number | undefined> {
  return (await ask(place, `${release}-keycloak`, '/realms/main/login', { method: 'POST', body: JSON.stringify(login) }))?.status;
}
