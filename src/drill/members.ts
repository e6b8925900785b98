import type { RawKube } from '../adapters/kube/kube.js';
import { hasCondition } from '../model/has-condition.js';
import type { Pod } from '../model/kube-object.js';

export interface Member {
  readonly name: string;
  readonly uid: string;
  readonly address: string;
  readonly node: string;
  readonly ready: boolean;
  /** Of its containers, by name: how kubelet and runtime call them. */
  readonly containers: Readonly<Record<string, string>>;
}

const everyMs = 1000;

/** The target's pods. Asked of the API server in the background; while that does not answer, the last that was known. */
export class Members {
  readonly #kube: RawKube;
  readonly #query: { readonly namespace: string; readonly labelSelector: string };
  #known: readonly Member[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(kube: RawKube, { namespace, selector }: { readonly namespace: string; readonly selector: string }) {
    this.#kube = kube;
    this.#query = { namespace, labelSelector: selector };
  }

  get known(): readonly Member[] {
    return this.#known;
  }

  /** Now, or Unreachable. */
  async read(): Promise<readonly Member[]> {
    const pods = await this.#kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', ...this.#query });
    this.#known = pods.filter(({ status }) => status?.podIP).map(memberOf);
    return this.#known;
  }

  async follow(): Promise<void> {
    await this.read();
    const again = () => {
      this.#timer = setTimeout(
        () =>
          this.read()
            .catch(() => undefined)
            .finally(again),
        everyMs,
      );
    };
    again();
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

function memberOf(pod: Pod): Member {
  const { metadata, spec, status } = pod;
  const containers = (status?.containerStatuses ?? []).map(({ name, containerID }: { readonly name: string; readonly containerID?: string }) => [
    name,
    (containerID ?? '').replace(/^.*:\/\//, ''),
  ]);
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    address: status?.podIP ?? '',
    node: spec.nodeName ?? '',
    ready: metadata.deletionTimestamp === undefined && hasCondition(pod, 'Ready'),
    containers: Object.fromEntries(containers),
  };
}
