import { readFile } from 'node:fs/promises';
import { buildGoModule, downloadGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

// the last minor that is content with cgroup v1 and with Debian's containerd 1.6
const version = '1.34.4';
const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'] as const;

/** The cluster's own binaries, built from the Go module k8s.io/kubernetes. */
export const kubernetes: ToolBundle = {
  name: 'kubernetes',
  version: `${version}-r2`,
  programs: Object.fromEntries(programs.map((program) => [program, program])),
  async fetch(folder) {
    await buildGoModule({ goMod: await readKubernetesGoMod(), packages: programs.map(packageOf), variables: versionVariables() }, folder);
  },
};

/** A go.mod with this cluster's Kubernetes in it. What else is built with it shares its packages, compiled once. */
export async function readKubernetesGoMod(): Promise<string> {
  const { GoMod } = await downloadGoModule(`k8s.io/kubernetes@v${version}`);
  return kubernetesGoMod(version, await readFile(GoMod, 'utf8'));
}

/** Without them the cluster says it is v0.0.0-master, and a chart that states a `kubeVersion` refuses it. */
function versionVariables(): Readonly<Record<string, string>> {
  const [major, minor] = version.split('.');
  const values = {
    gitVersion: `v${version}`,
    gitMajor: major!,
    gitMinor: minor!,
    gitTreeState: 'clean',
    gitCommit: 'module',
    buildDate: '1970-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return Object.fromEntries(packages.flatMap((path) => Object.entries(values).map(([name, value]) => [`${path}.${name}`, value])));
}

/** Kubernetes replaces its staging modules by folders; outside its repository they are modules of their own, `v0.x` for `v1.x`. */
export function kubernetesGoMod(kubernetesVersion: string, itsGoMod: string): string {
  const stagingVersion = `v0.${kubernetesVersion.slice('1.'.length)}`;
  const staging = [...itsGoMod.matchAll(/^\s*(k8s\.io\/\S+) => \.\/staging/gm)].map((match) => `  ${match[1]} => ${match[1]} ${stagingVersion}`);
  const tools = programs.map((program) => `  ${packageOf(program)}`);
  return ['go 1.24.0', `require k8s.io/kubernetes v${kubernetesVersion}`, 'tool (', ...tools, ')', 'replace (', ...[...new Set(staging)].sort(), ')', ''].join(
    '\n',
  );
}

function packageOf(program: string): string {
  return `k8s.io/kubernetes/cmd/${program}`;
}
