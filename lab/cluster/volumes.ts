import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTool } from '../tools/index.js';
import type { ClusterLayout } from './cluster-layout.js';
import { ensureClusterProcess } from './cluster-processes.js';
import { applyObjects } from './kubectl.js';

const namespace = 'local-path-storage';
const provisioner = 'rancher.io/local-path';

/** Dynamic volumes: the provisioner as a process outside the cluster, and a StorageClass `local-path`; other classes may name the same provisioner. */
export async function ensureVolumes(cluster: ClusterLayout): Promise<void> {
  mkdirSync(join(cluster.folder, 'volumes'), { recursive: true });
  const config = join(cluster.folder, 'local-path.json');
  writeFileSync(config, renderProvisionerConfig(cluster));
  await applyObjects(cluster, volumeObjects(cluster));
  const args = ['start', '--config', config, '--kubeconfig', cluster.kubeconfig, '--namespace', namespace, '--configmap-name', 'local-path-config'];
  const rest = ['--service-account-name', 'local-path-provisioner', '--helper-image', 'lab.local/busybox:1', '--provisioner-name', provisioner];
  ensureClusterProcess(cluster, 'local-path-provisioner', await ensureTool('local-path-provisioner'), [...args, ...rest, '--worker-threads', '8']);
}

/** Nodes are namespaces of one machine and see one disk, so a volume can be used from every node, by several at once. */
export function renderProvisionerConfig(cluster: ClusterLayout): string {
  return JSON.stringify({ nodePathMap: [], sharedFileSystemPath: join(cluster.folder, 'volumes') });
}

function volumeObjects(cluster: ClusterLayout): readonly object[] {
  const helperPod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'helper-pod' },
    spec: {
      priorityClassName: 'system-node-critical',
      terminationGracePeriodSeconds: 0,
      tolerations: [{ key: 'node.kubernetes.io/disk-pressure', operator: 'Exists', effect: 'NoSchedule' }],
      containers: [{ name: 'helper-pod', image: 'lab.local/busybox:1', imagePullPolicy: 'IfNotPresent' }],
    },
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'local-path-provisioner', namespace } },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'local-path-config', namespace },
      data: {
        'config.json': renderProvisionerConfig(cluster),
        setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
        teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
        'helperPod.yaml': JSON.stringify(helperPod),
      },
    },
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'local-path', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner,
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: false,
    },
  ];
}
