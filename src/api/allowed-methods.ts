import type { RouteOptions } from 'fastify';

/** Which methods a path is served by: who asks with another learns them (RFC 9110, 405 and Allow). */
export class AllowedMethods {
  readonly #routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];

  add({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    const path = new RegExp(`^${url.replaceAll(/[.+*()]/g, '\\$&').replaceAll(/:\w+/g, '[^/]+')}$`);
    this.#routes.push({ path, methods: [method].flat() });
  }

  /** Empty where nothing is served at all. */
  of(url: string): readonly string[] {
    const path = url.split('?')[0] ?? '';
    return [...new Set(this.#routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods))].sort();
  }
}
