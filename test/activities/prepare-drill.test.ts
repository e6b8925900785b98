import { prepareDrill } from '../../src/activities/prepare-drill.js';
import type { DrillRequest } from '../../src/model/drill.js';
import type { KubeObject, Secret } from '../../src/model/kube-object.js';
import { course, courseSecrets } from '../support/drill-course.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

function world() {
  const fake = createFakeCluster();
  fake.seed(...courseSecrets);
  return fake;
}

const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'rehelm-system', name: 'drill-r1-strict' };
const requestIn = (found: Secret | undefined) => JSON.parse(Buffer.from(found?.data?.['request.json'] ?? '', 'base64').toString()) as DrillRequest;

stepLaws('prepareDrill', {
  step: 'prepareDrill',
  factory: prepareDrill,
  input: course,
  world,
  secrets: ['pa55word', 't0ken-of-the-pdu'],
  done: (fake) => {
    expect(requestIn(fake.find<Secret>(secret))).toMatchObject({
      run: 'r1',
      name: 'drill-r1-strict',
      members: 3,
      login: { user: 'drill', password: 'pa55word' },
      power: { http: 'https://pdu.example.com', token: 't0ken-of-the-pdu' },
    });
    expect(fake.find({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', namespace: 'orders', name: 'drill-r1-strict' })).toMatchObject({
      rules: [{ resources: ['pods'], verbs: ['get', 'list', 'delete'] }],
    });
  },
});

test('a repeated attempt keeps the token that a driver may have by now', async () => {
  const fake = world();
  const rig = new StepRig(fake, prepareDrill);
  await rig.capture('prepareDrill', course);
  await rig.act('prepareDrill', course);
  const { token } = requestIn(fake.find<Secret>(secret));
  await rig.act('prepareDrill', course);
  expect(requestIn(fake.find<Secret>(secret)).token).toBe(token);
  expect(token).toMatch(/^[0-9a-f]{48}$/);
});

test.each<[readonly KubeObject[], string]>([
  [courseSecrets.slice(1), 'Secret orders/drill-login is not there'],
  [courseSecrets.slice(0, 1), 'Secret rehelm-system/rehelm-power-rack is not there'],
  [[courseSecrets[1], { ...courseSecrets[0], data: { username: 'eA==' } } as KubeObject], 'Secret orders/drill-login has no key user; it has username'],
])('a Secret or a key that is missing is a problem of the plan', async (secrets, problem) => {
  const fake = createFakeCluster();
  fake.seed(...secrets);
  expect(await new StepRig(fake, prepareDrill).check('prepareDrill', course)).toEqual([problem]);
});
