import type { KubeObject } from '../../../src/model/kube-object.js';

/** What fake charts render, whatever the product. */
export type Shape = KubeObject & { readonly [field: string]: unknown };

/** A part of the values that is a map. */
export type Switch = { readonly [key: string]: unknown };

export const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } };

/** Of the release `instance`; `labels` are its pods', which a selector never gets rid of. */
export const workload =
  (instance: string) =>
  (kind: string, name: string, replicas: unknown, more: object = {}, labels: object = {}): Shape => ({
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, labels: { 'app.kubernetes.io/instance': instance } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name, ...labels } },
      template: { metadata: { labels: { app: name, ...labels } }, spec: { containers: [{ name, image: `${name}:1` }] } },
      ...more,
    },
  });

export const templates = (serviceName: string) => ({ serviceName, volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] });

export const secret = (name: string, data: Readonly<Record<string, string>>): Shape => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  type: 'Opaque',
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
});

export const service = (name: string, app: string, port: number): Shape => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { type: 'ClusterIP', selector: { app }, ports: [{ port }] },
});

export const ingress = (name: string, enabled: unknown, backend: string): readonly Shape[] =>
  enabled
    ? [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name },
          spec: { ingressClassName: 'traefik', defaultBackend: { service: { name: backend, port: { number: 80 } } } },
        },
      ]
    : [];
