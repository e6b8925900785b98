import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { controllersContract } from './controllers.contract.js';
import { guardedContract } from './guarded.contract.js';
import { journalContract } from './journal.contract.js';
import { kubeContract } from './kube.contract.js';
import { locksContract } from './locks.contract.js';

let raw = createFakeCluster();
beforeEach(() => {
  raw = createFakeCluster();
  raw.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
});
let runs = 0;
const fresh = () => `run-${++runs}`;
const subject = () => ({ raw, namespace: 'shop' });

describe('the fake cluster in memory', () => kubeContract(subject));
describe('controllers in memory', () => {
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'fast' },
    provisioner: 'csi.example',
    volumeBindingMode: 'WaitForFirstConsumer',
  } as KubeObject;
  beforeEach(() => {
    raw.seed(storageClass);
    raw.behaviour.job = () => ({ succeeded: true, log: 'one\ntwo\n' });
  });
  controllersContract(() => ({ ...subject(), image: 'x', storageClass: 'fast' }));
});
describe('guarded writes in memory', () => guardedContract(subject, fresh));
describe('locks in memory', () => locksContract(() => raw, fresh));
describe('the journal in memory', () => journalContract(() => raw, fresh));
