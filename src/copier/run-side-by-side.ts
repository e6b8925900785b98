/** Works through items with a bounded number of hands. The first failure stops new items from being begun; what runs is awaited, then it is thrown. */
export async function runSideBySide<T>(items: readonly T[], hands: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const hand = async () => {
    for (let item = waiting.shift(); item !== undefined && failures.length === 0; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, hands) }, hand));
  if (failures.length > 0) throw failures[0];
}
