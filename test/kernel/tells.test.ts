// Goal: a message from one run to another is taken once and in order, whatever happens to either of them.
// Method: two runs by hand, message by message; then two on an engine over a store that fails and processes that end.
import { describe, expect, test } from 'vitest';
import type { ValueRef } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../../src/engine/local.ts';
import { VersionUnavailableError } from '../../src/errors/version-unavailable-error.ts';
import { Messages } from '../../src/host/messages.ts';
import { step } from '../../src/kernel/step.ts';
import { predecessorOf } from '../../src/kernel/tells.ts';
import {
  emptySystem,
  systemOf,
  type Incoming,
  type Outgoing,
  type System,
} from '../../src/kernel/system.ts';
import { memoryJournal, memoryStore, ManualClock } from 'nova-agents/testing';
import { summaryOf } from '../../src/store/run-facts.ts';
import type { Journal } from '../../src/store/ports.ts';
import { tell, wishing, world } from './odd-machines.ts';
import { ada, scope, valued } from './small-world.ts';

const A = `${scope}/a`;
const B = `${scope}/b`;
type Tell = Extract<Outgoing, { kind: 'tell' }>;

const begun = (run: string, ...wishes: Parameters<typeof wishing>[0]) =>
  step(world, emptySystem(run, scope), wishing(wishes));
const tellsOf = (outgoing: readonly Outgoing[]): Tell[] =>
  outgoing.filter((item) => item.kind === 'tell');
const told = ({ tell: { actor, seq, event }, values }: Tell, after?: number): Incoming => ({
  kind: 'told',
  from: A,
  seq,
  after: after ?? seq - 1,
  to: actor,
  event,
  values,
  at: 1,
});
const arrived = (seq: number, isLost = false): Incoming => ({
  kind: 'arrived',
  run: B,
  seq,
  isLost,
  at: 2,
});
const heardBy = (system: System): readonly string[] =>
  (system.actors.get('wisher') as unknown as { state: { context: { heard: string[] } } }).state
    .context.heard;
const reasons = ({ dead, accounts }: System): string[] => {
  expect(accounts.in).toBe(accounts.handled + dead.length);
  return dead.map(({ reason }) => reason);
};

describe('the kernel', () => {
  const sent = begun(A, tell(B, 'one'), tell(B, 'two'), tell(`${B}#wisher/nobody`, 'three'));
  const [one, two, three] = tellsOf(sent.outgoing) as [Tell, Tell, Tell];
  const receiver = begun(B).system;
  const hears = (system: System, ...incoming: Incoming[]): System =>
    incoming.reduce((before, next) => step(world, before, next).system, system);

  test('9.6 messages are numbered for each receiver and stay in the outbox until they have arrived', () => {
    expect([one, two, three].map(({ tell: { seq } }) => seq)).toEqual([1, 2, 3]);
    expect(sent.system.tells).toHaveLength(3);
    const left = hears(sent.system, arrived(1), arrived(3));
    expect(left.tells.map(({ seq }) => seq)).toEqual([2]);
    expect(reasons(hears(left, arrived(1)))).toEqual(['told_twice']);
  });

  test('9.6 a message is taken once, and only after those before it', () => {
    const early = hears(receiver, told(two));
    expect(reasons(early)).toEqual(['told_early']);
    const all = hears(early, told(one), told(one), told(two), told(one));
    expect(heardBy(all)).toEqual(['word.told one', 'word.told two']);
    expect(reasons(all)).toEqual(['told_early', 'told_twice', 'told_twice']);
    expect(all.peers?.toJSON()).toEqual({ [A]: { sent: 0, arrived: 0, heard: 2 } });
  });

  test('9.6 after a restart everything that has not arrived is told again, in order', () => {
    const left = hears(sent.system, arrived(2));
    const { outgoing } = step(world, systemOf(JSON.parse(JSON.stringify(left))), {
      kind: 'restored',
      at: 3,
    });
    expect(tellsOf(outgoing)).toEqual([one, three]);
  });

  test('10.6 a message to nobody, after the end, or that breaks its schema is a dead letter, and the next is heard', () => {
    const broken = { ...told(two), fault: 'contract' } as Incoming;
    const all = hears(receiver, told(one), broken, told(three));
    expect(reasons(all)).toEqual(['contract', 'no_actor']);
    expect(all.peers?.get(A)?.heard).toBe(3);
    const end = { kind: 'external', to: 'wisher', event: { type: 'end.asked' } } as const;
    const over = hears(receiver, { ...end, principal: ada, at: 1 }, told(one));
    expect(reasons(over)).toEqual(['ended']);
  });

  test('10.6 where there is no such run, what it was told is a dead letter of the sender; a later one is heard', () => {
    const lost = hears(sent.system, arrived(1, true), arrived(2, true));
    expect(reasons(lost)).toEqual(['no_run', 'no_run']);
    expect(predecessorOf(lost, three.tell)).toBe(0);
    const late = hears(receiver, told(three, predecessorOf(lost, three.tell)));
    expect(late.peers?.get(A)?.heard).toBe(3);
    const again = hears(lost, arrived(3));
    expect([again.tells, again.peers?.toJSON()]).toEqual([
      [],
      { [B]: { sent: 3, arrived: 3, heard: 0 } },
    ]);
  });

  test('6.3 a message brings its values, and one that names what its receiver may not read is a dead letter', () => {
    const { ref, values } = valued('secret', { text: 'of b' });
    const elsewhere: ValueRef = { ...ref, scope: 'local/elsewhere/main' };
    const carrying = step(world, emptySystem(A, scope), {
      ...wishing([tell(B, 'mine', ref)]),
      values,
    });
    const [mine] = tellsOf(carrying.outgoing) as [Tell];
    expect(hears(receiver, told(mine)).values.toJSON()).toMatchObject(values);
    const event = { ...mine.tell.event, about: elsewhere };
    const leaked = hears(receiver, told({ ...mine, tell: { ...mine.tell, event } }));
    expect(reasons(leaked)).toEqual(['leak']);
    expect(JSON.stringify(leaked)).not.toMatch(/elsewhere|of b/);
    const early = { ...told(mine, 5), seq: 9 } as Incoming;
    expect(JSON.stringify(hears(receiver, early))).not.toContain('of b');
  });
});

describe('the host', () => {
  async function setting(journal: Journal = memoryJournal()) {
    const engine = new LocalEngine(world, journal, memoryStore());
    const messages = new Messages(engine, new ManualClock(10), async () => {});
    const carried: Promise<void>[] = [];
    engine.onCommit(({ run, outgoing }) => {
      for (const one of tellsOf(outgoing)) carried.push(messages.carry(run, one));
    });
    const settled = async () => {
      for (let at = 0; at < carried.length; at += 1) await carried[at]?.catch(() => {});
    };
    return { engine, settled, carried };
  }
  const three = [tell(B, 'one'), tell(B, 'two'), tell(B, 'three')];
  const all = ['word.told one', 'word.told two', 'word.told three'];

  test('9.6 messages of one run arrive in another in order, and leave the outbox', async () => {
    const { engine, settled } = await setting();
    await engine.submit(B, wishing([]));
    await engine.submit(A, wishing(three));
    await settled();
    const receiver = (await engine.load(B)) as System;
    expect(heardBy(receiver)).toEqual(all);
    expect((await engine.load(A))?.tells).toEqual([]);
    expect(receiver.dead).toEqual([]);
  });

  test('9.6 a message that its receiver could not write is told again after a restart, with all behind it', async () => {
    const journal = memoryJournal();
    let isFull = false;
    const failing: Journal = {
      ...journal,
      read: (run) => journal.read(run),
      append: async (records, options) => {
        if (isFull && records.some(({ run }) => run === B)) {
          isFull = false;
          throw new Error('disk full');
        }
        await journal.append(records, options);
      },
    };
    const first = await setting(failing);
    await first.engine.submit(B, wishing([]));
    isFull = true;
    await first.engine.submit(A, wishing(three));
    await first.settled();
    // The two that came too early have not arrived either.
    expect((await first.engine.load(A))?.tells).toHaveLength(3);
    const second = await setting(failing);
    await second.engine.submit(A, { kind: 'restored', at: 20 });
    await second.settled();
    expect(heardBy((await second.engine.load(B)) as System)).toEqual(all);
    expect((await second.engine.load(A))?.tells).toEqual([]);
  });

  test('9.6 a process that ends between the two events tells a message again, and it is not taken twice', async () => {
    const journal = memoryJournal();
    const first = new LocalEngine(world, journal, memoryStore());
    await first.submit(B, wishing([]));
    const { outgoing } = await first.submit(A, wishing(three));
    const [one] = tellsOf(outgoing) as [Tell];
    await first.submit(B, told(one));
    const { engine, settled } = await setting(journal);
    await engine.submit(A, { kind: 'restored', at: 20 });
    await settled();
    const receiver = (await engine.load(B)) as System;
    expect(heardBy(receiver)).toEqual(all);
    expect(reasons(receiver)).toEqual(['told_twice']);
  });

  test('10.6 what nobody is there for, and what breaks its schema, are dead letters', async () => {
    const { engine, settled } = await setting();
    const broken = { type: 'tell', params: { to: B, event: { type: 'word.told' } } } as const;
    await engine.submit(A, wishing([tell(`${scope}/nobody`, 'x')]));
    await engine.submit(B, wishing([]));
    await engine.submit(`${scope}/c`, wishing([broken, tell(B, 'after')]));
    await settled();
    expect(reasons((await engine.load(A)) as System)).toEqual(['no_run']);
    const receiver = (await engine.load(B)) as System;
    expect(reasons(receiver)).toEqual(['contract']);
    expect(heardBy(receiver)).toEqual(['word.told after']);
  });

  test('6.3 of a message that names what may not be read nothing is journaled by its receiver', async () => {
    const journal = memoryJournal();
    const { engine } = await setting(journal);
    await engine.submit(B, wishing([]));
    const { ref, values } = valued('secret', { text: 'of another' });
    const event = { type: 'word.told', id: 'x', about: { ...ref, scope: 'local/elsewhere/main' } };
    const leak = { kind: 'told', from: A, seq: 1, after: 0, to: '', event, values, at: 1 } as const;
    await engine.submit(B, leak);
    expect(reasons((await engine.load(B)) as System)).toEqual(['leak']);
    const written = JSON.stringify(await journal.read(B));
    expect(written).not.toMatch(new RegExp(`elsewhere|of another|${ref.hash}`));
    expect(reasons((await (await setting(journal)).engine.load(B)) as System)).toEqual(['leak']);
  });

  test('9.6 a run that begins while it is told to be lost hears all that comes after', async () => {
    const { engine, settled } = await setting();
    await engine.submit(A, wishing([tell(B, 'lost')], [tell(B, 'later')]));
    await settled();
    await engine.submit(B, wishing([]));
    await engine.submit(A, {
      kind: 'external',
      to: 'wisher',
      event: { type: 'go.asked' },
      principal: ada,
      at: 5,
    });
    await settled();
    expect(heardBy((await engine.load(B)) as System)).toEqual(['word.told later']);
    const sender = (await engine.load(A)) as System;
    expect([reasons(sender), sender.tells]).toEqual([['no_run'], []]);
  });

  test('9.6 a receiver that is not at work here is taken up before it is told', async () => {
    const engine = new LocalEngine(world, memoryJournal(), memoryStore());
    const order: string[] = [];
    engine.onCommit(({ run, incoming }) => order.push(`${run.slice(-1)} ${incoming.kind}`));
    await engine.submit(B, wishing([]));
    const messages = new Messages(engine, new ManualClock(10), (run) =>
      engine.submit(run, { kind: 'restored', at: 3 }),
    );
    const { outgoing } = await engine.submit(A, wishing([tell(B, 'one')]));
    await messages.carry(A, tellsOf(outgoing)[0] as Tell);
    expect(order.slice(2)).toEqual(['b restored', 'b told', 'a arrived']);
  });

  test('11.6 a message to a parked run stays in its outbox, and its sender goes on', async () => {
    const engine = new LocalEngine(world, memoryJournal(), memoryStore());
    const missing = { actor: 'wisher', what: 'machine wisher', version: 2 };
    const messages = new Messages(engine, new ManualClock(10), () =>
      Promise.reject(new VersionUnavailableError(B, missing)),
    );
    const { outgoing } = await engine.submit(A, wishing([tell(B, 'one')]));
    await messages.carry(A, tellsOf(outgoing)[0] as Tell);
    expect((await engine.load(A))?.tells).toHaveLength(1);
  });

  test('11.6 what a retired run still had to tell is not told any more', async () => {
    const journal = memoryJournal();
    const engine = new LocalEngine(world, journal, memoryStore());
    await engine.submit(A, wishing([tell(B, 'one')]));
    await engine.submit(A, { kind: 'retired', actors: ['wisher'], principal: ada, at: 9 });
    expect(summaryOf(A, await journal.read(A))).toMatchObject({ outcome: 'cancelled', untold: 0 });
  });

  test('9.6 a run that tells and ends at once is known to have something left to tell', async () => {
    const journal = memoryJournal();
    const { engine, settled } = await setting(journal);
    await engine.submit(B, wishing([]));
    const { outgoing } = await engine.submit(A, wishing([tell(B, 'last')]));
    const records = await journal.read(A);
    expect(summaryOf(A, records)?.untold).toBe(1);
    await settled();
    expect(summaryOf(A, await journal.read(A))?.untold).toBe(0);
    expect(tellsOf(outgoing)).toHaveLength(1);
  });
});
