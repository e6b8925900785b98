import { Turns } from '../../src/copier/turns.js';

const settled = async (wait: Promise<void> | undefined): Promise<boolean> => {
  let done = wait === undefined;
  wait?.then(() => {
    done = true;
  });
  await new Promise(setImmediate);
  return done;
};

test('so many go on as may, those that began first; the others once there is room', async () => {
  const turns = new Turns(3);
  const [first, second, third] = [turns.join(), turns.join(), turns.join()];
  expect([first.wait(), second.wait(), third.wait()]).toEqual([undefined, undefined, undefined]);
  turns.allow(1);
  const [waitSecond, waitThird] = [second.wait(), third.wait()];
  expect([first.wait(), await settled(waitSecond), await settled(waitThird)]).toEqual([undefined, false, false]);
  first.leave();
  expect([await settled(waitSecond), await settled(waitThird)]).toEqual([true, false]);
  turns.allow(2);
  expect(await settled(waitThird)).toBe(true);
});

test('one goes on whatever is asked', () => {
  const turns = new Turns(2);
  turns.allow(0);
  expect(turns.allowed).toBe(1);
  expect(turns.join().wait()).toBeUndefined();
});
