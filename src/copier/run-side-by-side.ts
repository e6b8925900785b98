/**
 * Works through items with so many hands, each of which lends its work something of its own, a session perhaps. The first failure stops new items from being begun;
 * what runs is awaited, then it is thrown.
 */
export async function runByHands<T, H>(items: readonly T[], hands: readonly H[], work: (item: T, hand: H) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const take = async (hand: H) => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      try {
        await work(item, hand);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(hands.map(take));
  if (failures.length > 0) throw failures[0];
}

/** The same where a hand has nothing of its own; at least one. */
export const runSideBySide = <T>(items: readonly T[], hands: number, work: (item: T) => Promise<void>): Promise<void> =>
  runByHands(items, Array.from({ length: Math.max(1, hands) }), work);
