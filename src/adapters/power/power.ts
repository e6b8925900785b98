/** Switches nodes of a cluster, as an admin configured it; it alone can prove that a node is off. */
export interface Power {
  /** Answers once the node is in that state, as the controller itself sees it. Safe to repeat. */
  switch(node: string, to: 'on' | 'off'): Promise<void>;
  state(node: string): Promise<'on' | 'off'>;
}
