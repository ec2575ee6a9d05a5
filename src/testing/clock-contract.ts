import assert from 'node:assert/strict';
import type { Clock } from '../host/ports.ts';
import type { ContractCase } from './contract.ts';

/** A clock under test, and how its time is let pass. */
export interface ClockUnderTest {
  readonly clock: Clock;
  readonly pass: (ms: number) => Promise<void>;
}

/** What every Clock keeps. */
export const clockContract: readonly ContractCase<ClockUnderTest>[] = [
  {
    name: 'never wakes early, and wakes once',
    async run(make) {
      const { clock, pass } = (await make()).port;
      const at = clock.now() + 40;
      const woken: number[] = [];
      clock.wakeAt(at, () => woken.push(clock.now()));
      await pass(10);
      assert.equal(woken.length, 0);
      await pass(200);
      assert.equal(woken.length, 1);
      assert.ok((woken[0] ?? 0) >= at);
    },
  },
  {
    name: 'does not wake what was taken back',
    async run(make) {
      const { clock, pass } = (await make()).port;
      let isWoken = false;
      clock.wakeAt(clock.now() + 20, () => {
        isWoken = true;
      })();
      await pass(100);
      assert.equal(isWoken, false);
    },
  },
  {
    name: 'wakes for an instant that has passed, and never inside the call itself',
    async run(make) {
      const { clock, pass } = (await make()).port;
      let isWoken = false;
      clock.wakeAt(clock.now() - 1_000, () => {
        isWoken = true;
      });
      assert.equal(isWoken, false);
      await pass(50);
      assert.equal(isWoken, true);
    },
  },
  {
    name: 'does not wake at once for an instant that is months away',
    async run(make) {
      const { clock, pass } = (await make()).port;
      let isWoken = false;
      const cancel = clock.wakeAt(clock.now() + 90 * 86_400_000, () => {
        isWoken = true;
      });
      await pass(50);
      assert.equal(isWoken, false);
      cancel();
    },
  },
];
