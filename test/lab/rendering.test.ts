import { execFileSync } from 'node:child_process';
import { clusterLayout, nodeLayout } from '../../lab/cluster/cluster-layout.js';
import { renderCorefile } from '../../lab/cluster/dns.js';
import { renderKubeconfig } from '../../lab/cluster/kubeconfig.js';
import { type NodeTools, renderBootScript, renderCniConfig, renderContainerdConfig, renderKubeletConfig } from '../../lab/cluster/node-config.js';
import { heldImages } from '../../lab/cluster/node-images.js';
import { packageNames } from '../../lab/images/debian-layer.js';
import { qualifiedName } from '../../lab/images/image-recipe.js';
import { kubernetesGoMod } from '../../lab/tools/kubernetes.js';

const cluster = clusterLayout('lab2', 1);
const node = nodeLayout(cluster, 3);
const tools: NodeTools = { containerd: '/t/containerd', ctr: '/t/ctr', runc: '/t/runc', cni: '/t/cni', kubelet: '/t/kubelet', kubeProxy: '/t/kube-proxy' };

test('the kubeconfig trusts the cluster by its certificate and never skips the check', () => {
  const text = renderKubeconfig(cluster, 'secret', Buffer.from('PEM'));
  expect(JSON.parse(text).clusters[0].cluster).toEqual({ server: 'https://10.89.0.1:6443', 'certificate-authority-data': 'UEVN' });
  expect(text).not.toContain('insecure');
});

test('a node has its own range, cgroup and logs', () => {
  const kubelet = JSON.parse(renderKubeletConfig(cluster, node));
  expect(kubelet).toMatchObject({ cgroupRoot: '/rhlab1-n3', clusterDNS: ['10.89.0.1'], podLogsDir: expect.stringContaining('/lab2/nodes/n3/') });
  expect(renderCniConfig(node)).toContain('10.145.3.0/24');
  expect(renderContainerdConfig(node, tools)).toContain('BinaryName = "/t/runc"');
});

test('the boot script is a script that sh can read', () => {
  expect(() => execFileSync('sh', ['-n'], { input: renderBootScript(cluster, node, tools) })).not.toThrow();
});

test('DNS answers on the gateway', () => {
  expect(renderCorefile(cluster)).toContain('bind 10.89.0.1');
});

test('staging modules of Kubernetes are replaced by their releases', () => {
  const goMod = kubernetesGoMod('1.34.4', 'replace (\n\tk8s.io/api => ./staging/src/k8s.io/api\n\tk8s.io/api => ./staging/src/k8s.io/api\n)\n');
  expect(goMod.match(/k8s\.io\/api => .*/g)).toEqual(['k8s.io/api => k8s.io/api v0.34.4']);
  expect(goMod).toContain('k8s.io/kubernetes/cmd/kubelet');
});

test.each([
  ['lab.local/redis:7', 'lab.local/redis:7'],
  ['10.88.0.1:5000/x:1', '10.88.0.1:5000/x:1'],
  ['rehelm/copier:dev', 'docker.io/rehelm/copier:dev'],
  ['busybox', 'docker.io/library/busybox'],
])('the kubelet asks for %s as %s', (name, asked) => {
  expect(qualifiedName(name)).toBe(asked);
});

test('the images a node holds are read from the listing of ctr', () => {
  const listing = 'REF TYPE DIGEST SIZE PLATFORMS LABELS\nlab.local/pause:1 application/vnd.oci.image.manifest.v1+json sha256:abc 2.0 MiB linux/amd64 -\n';
  expect([...heldImages(listing)]).toEqual([['lab.local/pause:1', 'sha256:abc']]);
});

test('package names are read from what apt would download', () => {
  const uris =
    "'http://mirror/pool/r/redis/redis-tools_7.0.15-1_amd64.deb' redis-tools_5%3a7.0.15-1_amd64.deb 989 SHA256:aa\n'http://mirror/x/libc6_2.36_amd64.deb' libc6_2.36_amd64.deb 27 SHA256:bb\n";
  expect(packageNames(uris)).toEqual(['redis-tools', 'libc6']);
});
