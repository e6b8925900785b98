import type { PlaceOnLab } from '../story/place.js';
import { soon } from '../story/tools.js';

const nodes = ['n1', 'n2', 'n3', 'n4'];

/** Waits until every node has its power back. */
export async function untilNodesAreOn(power: PlaceOnLab['power']): Promise<void> {
  await soon('every node to be on', 120, async () => ((await powerOf(power)).every((state) => state === 'on') ? true : undefined));
}

/** Whether each of the lab's nodes is on or off, by the controller that switches them. */
async function powerOf({ url, token }: PlaceOnLab['power']): Promise<readonly string[]> {
  const read = async (node: string) => {
    const response = await fetch(`${url}/nodes/${node}`, { headers: { authorization: `Bearer ${token}` } });
    return ((await response.json()) as { readonly state: string }).state;
  };
  return Promise.all(nodes.map(read));
}
