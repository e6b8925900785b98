import type { PlaceOnLab } from '../story/place.js';

const nodes = ['n1', 'n2', 'n3', 'n4'];

/** Whether each of the lab's nodes is on or off, by the controller that switches them. */
export async function powerOf({ url, token }: PlaceOnLab['power']): Promise<readonly string[]> {
  const read = async (node: string) => {
    const response = await fetch(`${url}/nodes/${node}`, { headers: { authorization: `Bearer ${token}` } });
    return ((await response.json()) as { readonly state: string }).state;
  };
  return Promise.all(nodes.map(read));
}
