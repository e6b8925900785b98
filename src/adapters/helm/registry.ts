import { writeFile } from 'node:fs/promises';
import { failure } from '../../errors.js';
import type { Secret } from '../../model/kube-object.js';
import type { ChartRef } from '../../model/refs.js';
import type { KubeReader } from '../kube/kube.js';
import { registryFile } from './home.js';

/** Writes the credentials of the chart's registry into helm's home, as a docker-style file: no login call, nothing in an argument list. */
export async function writeRegistry(kube: Pick<KubeReader, 'get'>, { chart, registry }: ChartRef, home: string): Promise<void> {
  if (registry === undefined) return;
  const { namespace, name } = registry;
  const secret = await kube.get<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace, name });
  if (secret === undefined) throw failure('NotFound', `the registry Secret ${namespace}/${name} for ${chart} is not there`);
  await writeFile(registryFile(home), registryConfig(secret, chart), { mode: 0o600 });
}

/** The content of a docker config file from a Secret of type kubernetes.io/dockerconfigjson, or from one with `username` and `password`. */
export function registryConfig({ metadata: { namespace, name }, data = {} }: Secret, chart: string): string {
  const text = (key: string): string | undefined => (data[key] === undefined ? undefined : Buffer.from(data[key], 'base64').toString());
  const whole = text('.dockerconfigjson');
  if (whole !== undefined) return whole;
  const [username, password] = [text('username'), text('password')];
  if (username === undefined || password === undefined)
    throw failure('HelmFailed', `the registry Secret ${namespace}/${name} has neither .dockerconfigjson nor username and password`);
  return JSON.stringify({ auths: { [hostOf(chart)]: { auth: Buffer.from(`${username}:${password}`).toString('base64') } } });
}

function hostOf(chart: string): string {
  const [, host] = /^oci:\/\/([^/]+)\//.exec(chart) ?? [];
  if (host === undefined) throw failure('HelmFailed', `${chart} is no oci:// reference, so a registry's credentials cannot go with it`);
  return host;
}
