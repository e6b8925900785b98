import { randomUUID } from 'node:crypto';
import { connectCluster } from '../../src/adapters/kube/connect.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import { controllersContract } from './controllers.contract.js';
import { guardedContract } from './guarded.contract.js';
import { journalContract } from './journal.contract.js';
import { kubeContract } from './kube.contract.js';
import { locksContract } from './locks.contract.js';
import { realCluster } from './real-cluster.js';

const kubeconfig = realCluster('the kube, guard, lock and journal contracts');

(kubeconfig === undefined ? describe.skip : describe)('a real API server', () => {
  let raw: RawKube;
  let namespace = '';
  beforeAll(() => {
    raw = connectCluster({ kubeconfig: kubeconfig ?? '' });
  });
  beforeEach(async () => {
    namespace = `rehelm-contract-${randomUUID().slice(0, 8)}`;
    await raw.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterEach(() => raw.delete({ apiVersion: 'v1', kind: 'Namespace', name: namespace }));
  const subject = () => ({ raw, namespace });
  const fresh = () => `contract-${randomUUID()}`;

  describe('the port', () => kubeContract(subject));
  describe('controllers', () => controllersContract(() => ({ ...subject(), image: 'lab.local/busybox:1', storageClass: 'local-path' })));
  describe('guarded writes', () => guardedContract(subject, fresh));
  describe('locks', () => locksContract(() => raw, fresh));
  describe('the journal', () => journalContract(() => raw, fresh));
});
