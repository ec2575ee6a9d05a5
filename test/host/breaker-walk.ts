// Walks through everything that can happen to one breaker, and holds it against what a breaker has to be.
import { Breaker, breakerLogic, type Came } from '../../src/host/breaker.ts';
import { canonical } from '../../src/kernel/canonical.ts';
import type { ActorState, Machine } from '../../src/kernel/system.ts';

export const limits = { failures: 3, openMs: 10 };
const MOST_CALLS = 3;
const waits = [limits.openMs / 2, limits.openMs];

type Move =
  | { readonly is: 'call' }
  | { readonly is: 'wait'; readonly ms: number }
  | { readonly is: Came; readonly call: number };

/** What a breaker has to be, told without one. */
class Expected {
  /** In a row, of calls that began since it was closed. */
  failed = 0;
  openSince: number | undefined;
  probe: object | undefined;
  /** Calls whose end counts. */
  counted: object[] = [];

  begins(now: number, call: object): boolean {
    if (this.openSince !== undefined) {
      if (now - this.openSince < limits.openMs || this.probe !== undefined) return false;
      this.probe = call;
    }
    this.counted.push(call);
    return true;
  }

  ends(now: number, call: object, came: Came): void {
    if (!this.counted.includes(call)) return;
    this.counted = this.counted.filter((one) => one !== call);
    if (call === this.probe) {
      this.probe = undefined;
      if (came === 'succeeded') this.openSince = undefined;
      if (came === 'failed') this.openSince = now;
    } else if (came !== 'dropped') {
      this.failed = came === 'failed' ? this.failed + 1 : 0;
      if (this.failed < limits.failures) return;
      [this.openSince, this.failed, this.counted] = [now, 0, []];
    }
  }
}

interface Call {
  readonly settle: (came: Came) => void;
  readonly period: number;
}
type Stand = { state: ActorState; rest?: { until: number }; period: number };

/** Where a sequence of moves leads: what may come next, and a key that is the same for what goes on the same; or where it is wrong. */
function played(logic: Machine, moves: readonly Move[]) {
  let now = 0;
  const breaker = new Breaker({ now: () => now }, limits, logic);
  const expected = new Expected();
  const calls: Call[] = [];
  const stand = () => breaker.stand as Stand;
  for (const move of moves) {
    if (move.is === 'wait') now += move.ms;
    else if (move.is === 'call') {
      const settle = breaker.begin();
      const call = { settle: settle ?? (() => {}), period: stand().period };
      if (expected.begins(now, call) !== (settle !== undefined))
        return { wrong: `${settle === undefined ? 'no call' : 'a call'} begins` };
      if (settle !== undefined) calls.push(call);
    } else {
      const [call] = calls.splice(move.call, 1) as [Call];
      call.settle(move.is);
      expected.ends(now, call, move.is);
    }
  }
  const left = (from: number | undefined) => Math.max(0, (from ?? now) - now);
  const { state, rest, period } = stand();
  const { failed, openSince, probe, counted } = expected;
  const key = canonical({
    state: { value: state.value, context: state.context },
    left: rest === undefined ? -1 : left(rest.until),
    calls: calls.map((call) => [call.period === period, counted.includes(call), call === probe]),
    failed,
    open: openSince === undefined ? -1 : left(openSince + limits.openMs),
  } as never);
  const ends = calls.flatMap((_, call) =>
    (['succeeded', 'failed', 'dropped'] as const).map((is) => ({ is, call })),
  );
  const more = calls.length < MOST_CALLS ? [{ is: 'call' } as const] : [];
  return { key, next: [...more, ...ends, ...waits.map((ms) => ({ is: 'wait', ms }) as const)] };
}

/** Every sequence of moves, the shortest first, until nothing new comes; the first that is wrong. */
export function walk(logic = breakerLogic): { stands: number; depth: number; wrong?: string } {
  const known = new Set<string>();
  let front: readonly (readonly Move[])[] = [[]];
  for (let depth = 0; ; depth += 1) {
    const next: (readonly Move[])[] = [];
    for (const moves of front) {
      const found = played(logic, moves);
      if (found.wrong !== undefined) {
        const way = moves.map(({ is }) => is).join(', ');
        return { stands: known.size, depth, wrong: `${found.wrong} after ${way}` };
      }
      if (known.has(found.key)) continue;
      known.add(found.key);
      next.push(...found.next.map((move) => [...moves, move]));
    }
    if (next.length === 0) return { stands: known.size, depth };
    front = next;
  }
}
