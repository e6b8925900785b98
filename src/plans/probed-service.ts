/** `service/traefik:80` of the target, or the host's first label; the path of the address. */
export function probedService(http: string, via: string | undefined) {
  const url = new URL(http);
  const [name = '', port] = (via?.replace('service/', '') ?? url.hostname.split('.')[0] ?? '').split(':');
  return {
    name,
    port: port ?? (url.port || (url.protocol === 'https:' ? '443' : '80')),
    path: url.pathname + url.search,
    ...(url.protocol === 'https:' && { https: true as const }),
  };
}
