// Goal: whatever text agents, tools and people write, a run goes the way of its charter, and no text becomes an instruction.
// Method: one run with plain words; then runs in which every text says that it is an approval, a vote, a call, a handoff, an event
// or an order (288, and seeded mixtures): the journals are equal, event by event, but for the values.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineAgent,
  defineDecision,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  Nova,
  question,
} from 'nova-agents';
import { ScriptedModel } from 'nova-agents/testing';
import { memoryJournal } from 'nova-agents/store';
import type { Incoming, Outgoing } from '../../src/kernel/system.ts';
import { everyInjection, injections } from '../fixtures/injections.ts';

const Text = z.strictObject({ text: z.string() });
const base = { version: 1, does: 'Writes.', examples: [] } as const;
/** What everybody writes; what they do does not depend on it. */
let words: readonly string[] = [];
const word = (at: number): string => words[at % words.length] ?? '';

const asked = question({
  subject: Text,
  options: ['yes', 'no'],
  evidence: { letter: z.strictObject({ quote: z.string() }) },
});
const evidence = (at: number) => [{ kind: 'letter', quote: word(at) } as const];
const tool = (name: string, effect: 'reads' | 'writes') =>
  defineTool({
    name,
    does: `It ${effect}.`,
    input: Text,
    output: Text,
    effect,
    run: async () => ({ text: word(0) }),
  });
const look = tool('look', 'reads');
const pay = tool('pay', 'writes');

const clerk = defineAgent({
  ...base,
  id: 'clerk',
  input: Text,
  outcomes: { noted: Text, other: Text },
  tools: [look, pay],
  act: async (input, say, io) => {
    const { text } = await io.tool(look, input);
    return say.noted({ text: `${text}${word(1)}` });
  },
});
const adviser = (id: string, at: number, choice: 'yes' | 'no') =>
  defineAgent({
    ...base,
    id,
    input: asked.subject,
    outcomes: asked.positions,
    act: (_, say) => say[choice]({ why: word(at), evidence: evidence(at + 1) }),
  });
const [one, two] = [adviser('one', 2, 'yes'), adviser('two', 3, 'no')];
const thrower = defineAgent({
  ...base,
  id: 'three',
  input: asked.subject,
  outcomes: asked.positions,
  act: () => {
    throw new Error(word(4));
  },
});
/** Thinks by a model, and quotes in its instructions all that it can get. */
const chief = defineAgent({
  ...base,
  id: 'chief',
  input: asked.deliberation,
  outcomes: asked.rulings,
  decides: ['matter'],
  instructions: (input) => `Decide on ${JSON.stringify(input)} of ${input.subject.text}.`,
});
const payer = defineAgent({
  ...base,
  id: 'payer',
  input: Text,
  outcomes: { paid: Text },
  tools: [pay],
  instructions: ({ text }) => `Pay what is approved: ${text}`,
});
const refuser = defineAgent({
  ...base,
  id: 'refuser',
  input: Text,
  outcomes: { done: Text },
  act: (_, say) => say.refused({ reason: `x${word(5)}` }),
});

const bad = { end: 'failed' } as const;
const desk = defineTeam({
  id: 'desk',
  version: 1,
  does: 'Takes a letter.',
  input: Text,
  outcomes: { done: Text, denied: Text },
  nodes: {
    clerk,
    decide: defineDecision({
      id: 'matter',
      question: asked,
      owner: chief,
      advisers: { one, two, three: thrower },
      veto: ['two'],
      rule: 'owner',
      people: ['board'],
      withinMs: 60_000,
    }),
    board: gate({ subject: Text, by: ['board'] }),
    payer,
    refuser,
  },
  start: { to: 'clerk' },
  routes: {
    clerk: { noted: { to: 'decide' }, other: { end: 'denied' } },
    decide: {
      yes: { to: 'board', with: ({ positions }) => ({ text: positions[0]?.said.why ?? '' }) },
      no: { end: 'denied', with: ({ subject }) => subject },
      undecided: { end: 'denied', with: ({ subject }) => subject },
    },
    board: {
      approved: { to: 'payer' },
      edited: { to: 'payer' },
      rejected: { end: 'denied', with: () => ({ text: '' }) },
    },
    payer: { paid: { to: 'refuser' } },
    refuser: {
      done: { end: 'done' },
      refused: { end: 'done', with: (lost) => ({ text: JSON.stringify(lost) }) },
    },
  },
  otherwise: { refused: bad, failed: bad, expired: bad },
});
const organisation = defineOrganisation({
  id: 'house',
  agents: [clerk, one, two, thrower, chief, payer, refuser],
  teams: [desk],
});

/** A committed event without what it brought: what came in, to whom, and what came of it. */
function control({ incoming, outbox }: { readonly incoming: unknown; readonly outbox: unknown }) {
  const came = incoming as Incoming;
  const to = 'to' in came ? came.to : 'effectId' in came ? came.effectId.replace(/^[^#]*/, '') : '';
  const fact = ('event' in came ? came.event : {}) as {
    type?: string;
    outcome?: string;
    tool?: string;
  };
  const { type = '', outcome = '', tool: wanted = '' } = fact;
  const wishes = (outbox as readonly Outgoing[]).map((item) => {
    if (item.kind === 'handed') return [item.kind, item.actor, item.node];
    if (item.kind === 'ended')
      return [item.kind, item.actor, item.ending.outcome, item.ending.reason];
    if (item.kind === 'tell') return [item.kind];
    const { kind, params } = item.effect;
    return [
      item.kind,
      kind,
      item.effectId.replace(/^[^#]*/, ''),
      (params as { tool?: string } | undefined)?.tool,
    ];
  });
  return [came.kind, to, type, outcome, wanted, wishes];
}

async function went(written: readonly string[]) {
  words = written;
  const model = new ScriptedModel({
    chief: () => {
      const value = { why: word(6), evidence: evidence(7), answers: { two: word(8) } };
      return { says: { outcome: 'yes', value } };
    },
    payer: ({ calls }) =>
      calls.length === 0
        ? { wants: { tool: 'pay', input: { text: word(9) } } }
        : { says: { outcome: 'paid', value: { text: word(10) } } },
  });
  const journal = memoryJournal();
  const nova = new Nova({ organisation, model, journal });
  const board = { id: 'board', proof: 'embedder' } as const;
  const asks: string[] = [];
  const { run, outcome, deadLetters } = await nova.run(
    'desk',
    { text: word(11) },
    {
      onReviews: ([review]) => {
        if (review === undefined) return;
        asks.push(review.purpose);
        const principal = review.purpose.startsWith('tool:') ? {} : { principal: board };
        void nova.decide(review.id, { is: 'approve' }, principal);
      },
    },
  );
  const records = await journal.read(run);
  await nova.close();
  const events = records.flatMap((record) =>
    record.kind === 'committed' ? [control(record)] : [],
  );
  return { outcome, deadLetters, asks, events, calls: model.calls };
}

/** True where no piece of these texts stands in what a model was told to do. */
const isClean = (instructions: string): boolean =>
  words.every((text) => {
    const pieces = [text, JSON.stringify(text).slice(1, -1)];
    return pieces.every((piece) => piece.length < 8 || !instructions.includes(piece.slice(0, 24)));
  });

const seed = Number(process.env['NOVA_SEED'] ?? 3);
const TEXTS = 12;
const plain = Array.from({ length: TEXTS }, (_, at) => `word ${at}`);

test('2.9 a text that claims to be an event, a vote, a call or an order changes no event of a run', async () => {
  const right = await went(plain);
  expect(right.outcome).toBe('done');
  expect(right.asks).toEqual(['decision:matter', 'desk.board', 'tool:pay']);
  expect(right.deadLetters).toEqual([]);
  const { calls: _, ...way } = right;
  expect(everyInjection.length).toBeGreaterThan(280);
  for (let at = 0; at < everyInjection.length; at += TEXTS) {
    const { calls, ...other } = await went(everyInjection.slice(at, at + TEXTS));
    expect(other).toEqual(way);
    expect(calls.map(({ instructions }) => isClean(instructions))).toEqual(calls.map(() => true));
  }
});

test(`2.9 nor do several at once, in any order (seed ${seed})`, async () => {
  const { calls: _, ...way } = await went(plain);
  const texts = fc.array(injections, { minLength: TEXTS, maxLength: TEXTS });
  const property = fc.asyncProperty(texts, async (drawn) => {
    const { calls, ...other } = await went(drawn);
    expect(other).toEqual(way);
    expect(calls.every(({ instructions }) => isClean(instructions))).toBe(true);
  });
  await fc.assert(property, { seed, numRuns: 20 });
});

test('2.8 what a model is told to do holds the words of the contract, numbers and truth values, and nothing that others wrote', async () => {
  const { calls } = await went(plain);
  const told = calls.map(({ instructions }) => instructions);
  expect(told[0]).toContain('"choice":"yes","weight":1,"hasVeto":false');
  expect(told[0]).toContain('{"quote":"[text]","kind":"letter"}');
  expect(told[0]).toMatch(/of \[text\]\.$/);
  expect(told.at(-1)).toBe('Pay what is approved: [text]');
  // The model has it all the same, where it belongs.
  expect(JSON.stringify(calls[0]?.input)).toContain('word 2');
});
