import { hasDiskAsRoot, isInContainer } from '../../src/api/in-container.js';

test('a machine has a disk as its root, a container an overlay', () => {
  expect(hasDiskAsRoot('proc /proc proc rw 0 0\n/dev/vda / ext4 rw,relatime 0 0\n')).toBe(true);
  expect(hasDiskAsRoot('overlay / overlay rw,lowerdir=/var/lib 0 0\n/dev/vda /etc/hosts ext4 rw 0 0\n')).toBe(false);
});

test.each(['REHELM_IN_CONTAINER', 'KUBERNETES_SERVICE_HOST', 'container'])('%s says so', (name) => expect(isInContainer({ [name]: '1' })).toBe(true));
