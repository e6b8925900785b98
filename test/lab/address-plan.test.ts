import { type BalancedService, planAddresses } from '../../lab/load-balancer/address-plan.js';
import { parseRoutes } from '../../lab/load-balancer/host-routes.js';

const service = (name: string, more: Partial<BalancedService> = {}): BalancedService => ({ namespace: 'shop', name, wantsAddress: true, ...more });
const plan = (...services: BalancedService[]) => planAddresses(services, '10.88.1');

test('Services get the lowest free addresses', () => {
  const { changes, inUse } = plan(service('a'), service('b', { address: '10.88.1.1' }), service('c'));
  expect(changes.map(({ name, address }) => [name, address])).toEqual([
    ['a', '10.88.1.2'],
    ['c', '10.88.1.3'],
  ]);
  expect([...inUse.keys()]).toEqual(['10.88.1.1', '10.88.1.2', '10.88.1.3']);
});

test('a second look changes nothing', () => {
  expect(plan(service('a', { address: '10.88.1.7' })).changes).toEqual([]);
});

test('an address is taken back from a Service that wants none any more, and is free at once', () => {
  const { changes } = plan(service('old', { wantsAddress: false, address: '10.88.1.1' }), service('new'));
  expect(changes).toEqual([
    { namespace: 'shop', name: 'old', address: undefined },
    { namespace: 'shop', name: 'new', address: '10.88.1.1' },
  ]);
});

test('the address that a Service asks for is given when it is free and of the pool, and none instead of it', () => {
  expect([...plan(service('a', { requested: '10.88.1.50' })).inUse.keys()]).toEqual(['10.88.1.50']);
  expect(plan(service('a', { requested: '192.0.2.1' })).changes).toEqual([]);
  expect(plan(service('a', { address: '10.88.1.50' }), service('b', { requested: '10.88.1.50' })).changes).toEqual([]);
});

test('of two Services with one address the second gets another', () => {
  const both = [service('a', { address: '10.88.1.1' }), service('b', { address: '10.88.1.1' })];
  expect(plan(...both).changes).toEqual([{ namespace: 'shop', name: 'b', address: '10.88.1.2' }]);
});

test('addresses that others gave are left alone', () => {
  expect(plan(service('cloud', { wantsAddress: false, address: '192.0.2.1' })).changes).toEqual([]);
});

test('when the pool is used up a Service stays without', () => {
  const full = Array.from({ length: 254 }, (_, index) => service(`s${index}`, { address: `10.88.1.${index + 1}` }));
  expect(plan(...full, service('late')).changes).toEqual([]);
});

test('routes with a gateway are read, direct ones are not', () => {
  const listing = '10.88.0.0/24 proto kernel scope link src 10.88.0.1 \n10.88.1.1 via 10.88.0.11 \n10.144.1.0/24 via 10.88.0.11 \n';
  expect([...parseRoutes(listing)]).toEqual([
    ['10.88.1.1', '10.88.0.11'],
    ['10.144.1.0/24', '10.88.0.11'],
  ]);
});
