import type { KubeObject, PersistentVolumeClaim, Workload } from '../../src/model/kube-object.js';

export const claimOf = (name: string, volume: string): PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { namespace: 'shop', name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'fast', volumeName: volume },
});

export const volumeOf = (name: string): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { persistentVolumeReclaimPolicy: 'Retain', storageClassName: 'fast', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: {} },
  }) as KubeObject;

/** What a pod of the database mounts. */
export const template = {
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'db' }], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data-db-0' } }] },
};

export const database = (replicas: number): Workload => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { namespace: 'shop', name: 'db' },
  spec: { replicas, selector: { matchLabels: { app: 'db' } }, template },
});

/** A line of the protocol. */
export const line = (told: object) => `${JSON.stringify(told)}\n`;
