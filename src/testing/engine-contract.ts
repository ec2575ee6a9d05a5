import assert from 'node:assert/strict';
import type { Json, ValueRef } from '../../machines/protocol/values.ts';
import type { Commit, Engine } from '../engine/ports.ts';
import { hashOf } from '../kernel/canonical.ts';
import type { Incoming } from '../kernel/system.ts';
import type { ContractCase } from './contract.ts';

const RUN = 'local/contract/main/r1';
const me = { id: 'me', proof: 'embedder' } as const;

/** A gate as the whole run: one question to one person. */
function asked(): Incoming {
  const value: Json = { pay: 100 };
  const subject: ValueRef = {
    hash: hashOf(value),
    scope: 'local/contract/main',
    contract: 'payment',
  };
  const input = {
    subject,
    purpose: 'payment',
    deciders: [],
    proposer: 'agent:clerk',
    withinMs: 1_000,
  };
  return {
    kind: 'started',
    machine: 'gate',
    input: input as unknown as Json,
    principal: me,
    at: 1,
    values: { [subject.hash]: value },
  };
}
const approved = (hash: string): Incoming => ({
  kind: 'external',
  to: 'gate',
  event: { type: 'gate.approved', hash } as { type: string },
  principal: me,
  at: 2,
});
const subjectHash = hashOf({ pay: 100 });

/** What every Engine keeps; the world must hold the built-in machines. */
export const engineContract: readonly ContractCase<Engine>[] = [
  {
    name: 'takes a run from its start to its end, and tells every commit before it resolves',
    async run(make) {
      const { port } = await make();
      const heard: Commit[] = [];
      const unhear = port.onCommit((commit) => heard.push(commit));
      const first = await port.submit(RUN, asked());
      assert.equal(heard.length, 1);
      assert.deepEqual(
        first.outgoing.map(({ kind }) => kind),
        ['effect'],
      );
      const last = await port.submit(RUN, approved(subjectHash));
      assert.equal(last.system.ended?.outcome, 'approved');
      assert.deepEqual(heard, [first, last]);
      unhear();
      await port.submit(RUN, approved(subjectHash));
      assert.equal(heard.length, 2);
    },
  },
  {
    name: 'has the same run after it was opened anew, byte for byte',
    async run(make) {
      const { port, reopen } = await make();
      const { system } = await port.submit(RUN, asked());
      const again = await reopen();
      assert.deepEqual(await again.load(RUN), system);
      const ended = await again.submit(RUN, approved(subjectHash));
      assert.deepEqual(await (await reopen()).load(RUN), ended.system);
    },
  },
  {
    name: 'knows no run that was never begun',
    async run(make) {
      const { port } = await make();
      assert.equal(await port.load(RUN), undefined);
      await assert.rejects(port.submit(RUN, approved(subjectHash)), { code: 'unknown_run' });
      assert.equal(await port.load(RUN), undefined);
    },
  },
  {
    name: 'refuses an event that breaks its schema, and the run is as it was',
    async run(make) {
      const { port } = await make();
      const { system } = await port.submit(RUN, asked());
      const broken = {
        ...approved(''),
        event: { type: 'gate.approved', hash: 7 } as { type: string },
      };
      await assert.rejects(port.submit(RUN, broken), { code: 'bad_event' });
      assert.deepEqual(await port.load(RUN), system);
    },
  },
  {
    name: 'accounts for an event that nobody takes',
    async run(make) {
      const { port } = await make();
      await port.submit(RUN, asked());
      const { system } = await port.submit(RUN, {
        ...approved(subjectHash),
        to: 'nobody',
      } as Incoming);
      assert.deepEqual(
        system.dead.map(({ reason }) => reason),
        ['no_actor'],
      );
      assert.equal(system.accounts.in, system.accounts.handled + system.dead.length);
    },
  },
  {
    name: 'takes events of one run one after the other, and of two runs apart',
    async run(make) {
      const { port } = await make();
      const other = `${RUN}b`;
      await Promise.all([port.submit(RUN, asked()), port.submit(other, asked())]);
      const both = await Promise.all(
        Array.from({ length: 20 }, () => port.submit(RUN, approved(subjectHash))),
      );
      assert.deepEqual(
        both.map(({ system }) => system.seq),
        Array.from({ length: 20 }, (_, index) => index + 2),
      );
      assert.equal(both.at(-1)?.system.dead.length, 19);
      assert.equal((await port.load(other))?.ended, undefined);
    },
  },
  {
    name: 'ends a run by a retirement, once and for good, without asking its machines',
    async run(make) {
      const { port, reopen } = await make();
      await port.submit(RUN, asked());
      const retired = { kind: 'retired', actors: ['gate'], principal: me, at: 2 } as const;
      const [{ outgoing, system }] = [await port.submit(RUN, retired)];
      assert.deepEqual(
        outgoing.map(({ kind }) => kind),
        ['ended'],
      );
      assert.equal(system.ended?.outcome, 'cancelled');
      assert.deepEqual((await port.submit(RUN, retired)).outgoing, []);
      const again = await reopen();
      assert.deepEqual(await again.load(RUN), system);
      const late = await again.submit(RUN, approved(subjectHash));
      assert.equal(late.system.dead.length, 1);
    },
  },
  {
    name: 'begins a run once, whoever else begins it at the same moment',
    async run(make) {
      const { port } = await make();
      await Promise.all([port.submit(RUN, asked()), port.submit(RUN, asked())]);
      const system = await port.load(RUN);
      assert.equal(system?.seq, 2);
      assert.deepEqual(
        system?.dead.map(({ reason }) => reason),
        ['wrong_kind'],
      );
    },
  },
];
