import { unpackDebianPackages } from './debian-packages.js';
import type { ToolBundle } from './tool-bundle.js';

/** Debian's etcd, containerd, runc, CNI plugins and OCI registry. `cni` is a folder. */
export const debianDaemons: ToolBundle = {
  name: 'debian-daemons',
  version: 'bookworm',
  programs: {
    etcd: 'usr/bin/etcd',
    containerd: 'usr/bin/containerd',
    ctr: 'usr/bin/ctr',
    runc: 'usr/sbin/runc',
    cni: 'usr/lib/cni',
    'docker-registry': 'usr/bin/docker-registry',
  },
  fetch: (folder) => unpackDebianPackages(['etcd-server', 'containerd', 'runc', 'containernetworking-plugins', 'docker-registry'], folder),
};
