import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { unpackDebianPackages } from '../tools/debian-packages.js';
import type { LayerRecipe } from './layer-store.js';

/** /bin and its like are links into /usr, as in every Debian since 12. */
const mergedFolders = ['bin', 'sbin', 'lib', 'lib64'];

// numbers that Debian's packages would take at random
const passwd = `root:x:0:0:root:/root:/bin/sh
redis:x:101:101:redis:/var/lib/redis:/bin/sh
postgres:x:999:999:postgres:/var/lib/postgresql:/bin/sh
app:x:1000:1000:app:/home/app:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
`;
const group = 'root:x:0:\nredis:x:101:\npostgres:x:999:\napp:x:1000:\nnogroup:x:65534:\n';

/** The lowest layer of every image: a shell with its tools in 2 MB, users, /tmp. Beware: its `wget -T` dies with a segmentation fault. */
export const busyboxLayer: LayerRecipe = {
  name: 'busybox',
  key: async () => ['r6', passwd, group].join('\n'),
  async build(folder) {
    await makeMergedFolders(folder);
    await unpackDebianPackages(['busybox-static'], folder);
    await rm(join(folder, 'usr/share'), { recursive: true });
    const tools = (await run('chroot', [folder, '/bin/busybox', '--list'])).split('\n').filter((tool) => tool !== 'busybox');
    for (const tool of tools) await symlink('busybox', join(folder, 'usr/bin', tool));
    for (const name of ['etc', 'proc', 'sys', 'dev', 'run', 'root', 'var/lib', 'var/log', 'home/app', 'tmp', 'var/tmp']) {
      await mkdir(join(folder, name), { recursive: true });
    }
    await symlink('../run', join(folder, 'var/run'));
    for (const name of ['tmp', 'var/tmp', 'home/app']) await chmod(join(folder, name), 0o1777);
    await writeFile(join(folder, 'etc/passwd'), passwd);
    await writeFile(join(folder, 'etc/group'), group);
    await writeFile(join(folder, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  },
};

/** Makes /usr and the links into it, without which a package's /lib would hide the one of the layer below. */
export async function makeMergedFolders(folder: string): Promise<void> {
  for (const name of mergedFolders) {
    await mkdir(join(folder, 'usr', name), { recursive: true });
    await symlink(`usr/${name}`, join(folder, name));
  }
}
