// A request driven by hand: every answer that a host would give is written out.
import type { Json } from '../../machines/protocol/values.ts';
import { step } from '../../src/kernel/step.ts';
import type { Incoming, System } from '../../src/kernel/system.ts';
import { ada, answer, type eve, fresh, openOf, started, valued, world } from './small-world.ts';

export const parts = ['one', 'two', 'three'].map((node) => ({
  id: node,
  node,
  input: { text: node },
}));
const says = (outcome: string, value: Json) => {
  const { ref, values } = valued(`x.${outcome}`, value);
  return { event: { type: 'agent.answered', outcome, meets: true, value: ref }, values };
};

export class Run {
  system: System = fresh();
  at = 0;

  put(incoming: Incoming): this {
    this.system = step(world, this.system, incoming).system;
    return this;
  }
  say(path: string, outcome: string, value: Json): this {
    const { event, values } = says(outcome, value);
    return this.put(answer(openOf(this.system, 'agent.turn', path), event, this.at, values));
  }
  external(
    to: string,
    event: { type: string } & Record<string, unknown>,
    principal: typeof ada | typeof eve = ada,
  ): this {
    return this.put({ kind: 'external', to, event, principal, at: this.at });
  }
  acceptPlan(isWhole = true): this {
    const inputs = parts.map(({ node, input }) => ({ node, ...valued(`${node}@1.input`, input) }));
    const event = {
      type: 'plan.accepted',
      isWhole,
      parts: inputs.map(({ node, ref }) => ({ id: node, node, input: ref })),
    };
    const values = Object.assign({}, ...inputs.map((input) => input.values)) as Record<
      string,
      Json
    >;
    return this.put(answer(openOf(this.system, 'plan.check'), event, this.at, values));
  }
  toChecking(more = {}): this {
    this.put(started(undefined, more));
    this.say('request/router', 'several', { candidates: [] });
    return this.say('request/planner', 'planned', { plan: { parts }, unplaced: [] });
  }
  toWorking(more = {}): this {
    return this.toChecking(more).acceptPlan();
  }
  compose(): this {
    return this.say('request/composer', 'composed', {
      text: 'all of it',
      contributors: ['one'],
      notDone: [],
    });
  }
  wait(ms: number): this {
    this.at += ms;
    for (;;) {
      const due = Object.entries(this.system.timers).find(
        ([, timer]) => timer.leftMs === undefined && timer.dueAt <= this.at,
      );
      if (due === undefined) return this;
      this.put({ kind: 'timer', timer: due[0], at: this.at });
    }
  }
  /** The hash of what a gate decides on. */
  subjectAt(path: string): string {
    const context = this.system.actors.get(path)?.state.context as
      | { subject: { hash: string } }
      | undefined;
    return context?.subject.hash ?? '';
  }
  get valueOfEnd(): Json {
    return this.system.values.get(this.system.ended?.value?.hash ?? '') ?? null;
  }
}
