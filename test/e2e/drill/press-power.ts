/** The lab's power port, as `bin/lab status -o json` tells it. */
export interface PowerPort {
  readonly url: string;
  readonly token: string;
}

/** Switches a node off or on; answers when it is done. */
export async function pressPower({ url, token }: PowerPort, nodeName: string, wanted: 'off' | 'on'): Promise<void> {
  const response = await fetch(`${url}/nodes/${nodeName}/${wanted}`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (response.status !== 200 || JSON.parse(text).state !== wanted) throw new Error(`${nodeName} ${wanted}: ${response.status} ${text}`);
}
