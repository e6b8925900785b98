import type { KubeObject } from '../../src/model/kube-object.js';
import type { FakeCharts } from '../support/fake-cluster/fake-helm.js';

/** charts/tiny and charts/incomplete as functions, for the fake Helm. */
export const tinyCharts: FakeCharts = {
  tiny: {
    name: 'tiny',
    version: '1.2.3',
    appVersion: '9.9',
    values: { greeting: 'hello', extra: false, slowHook: false, password: 's3cret-default' },
    render: async (values, { release, isUpgrade, lookup }) => {
      if (values['greeting'] === 'refused') throw new Error('this greeting is refused');
      const found = await lookup('v1', 'ConfigMap', release.namespace, 'to-be-found');
      const object = (kind: string, suffix: string, rest: object, annotations?: object): KubeObject =>
        ({
          apiVersion: kind === 'Job' ? 'batch/v1' : 'v1',
          kind,
          metadata: { name: `${release.name}-${suffix}`, ...(annotations && { annotations }) },
          ...rest,
        }) as KubeObject;
      const hook = { 'helm.sh/hook': 'pre-install,pre-upgrade' };
      const data = { greeting: values['greeting'], found: JSON.stringify(found && 'data' in found ? found.data : {}), upgrade: String(isUpgrade) };
      return [
        object('ConfigMap', 'config', { data }),
        object('Secret', 'secret', { stringData: { password: values['password'] } }, { 'helm.sh/resource-policy': 'keep' }),
        ...(values['extra'] ? [object('ConfigMap', 'extra', { data: { a: 'b' } })] : []),
        object(
          'ConfigMap',
          'hook',
          { data: { a: 'b' } },
          { ...hook, 'helm.sh/hook-weight': '-4', 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-failed' },
        ),
        ...(values['slowHook'] ? [object('Job', 'slow', { spec: { template: { spec: { containers: [{ name: 'main' }] } } } }, hook)] : []),
      ];
    },
  },
  incomplete: { name: 'incomplete', version: '0.1.0', kubeVersion: '>=1.21.0-0', missingDependencies: ['postgresql'], render: () => [] },
};
