import type { CourseInput } from '../../src/model/failover-drill.js';

/** A course against a database of three, as a plan makes it. */
export const course: CourseInput = {
  profile: 'strict',
  target: { engine: 'postgresql', namespace: 'orders', selector: 'app=pg', writeTo: { host: 'pgpool.orders.svc', port: 5432 }, database: 'rehelm_drill' },
  login: { namespace: 'orders', name: 'drill-login', userKey: 'user', passwordKey: 'password' },
  fault: { kind: 'nodeOff', of: 'primary', lastsSeconds: 60, revertAfterSeconds: 600, fencedByProbe: false },
  power: 'rack',
  load: { writers: 10, writesPerSecond: 120, steadySeconds: 60, settleSeconds: 30 },
  expect: { redundancyWithinSeconds: 600, lostWrites: 0 },
  members: [
    { name: 'pg-0', node: 'n1' },
    { name: 'pg-1', node: 'n2' },
    { name: 'pg-2', node: 'n3' },
  ],
};

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** The Secrets that the course names. */
export const courseSecrets = [
  { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'orders', name: 'drill-login' }, data: { user: base64('drill'), password: base64('pa55word') } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'rehelm-system', name: 'rehelm-power-rack' },
    data: { http: base64('https://pdu.example.com'), token: base64('t0ken-of-the-pdu') },
  },
] as const;
