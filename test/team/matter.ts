// A decision whose advisers, owner and judge do as the subject tells them: { one: 'yes', two: 'no', chief: 'yes' }.
import * as z from 'zod';
import {
  type Arbiter,
  defineAgent,
  defineDecision,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  question,
} from 'nova-agents';

export const Matter = z.strictObject({ words: z.record(z.string(), z.string()) });
export const asked = question({
  subject: Matter,
  options: ['yes', 'no'],
  evidence: { fact: z.strictObject({ n: z.int() }), rule: z.strictObject({ section: z.string() }) },
});
const base = { version: 1, does: 'Speaks to it.', examples: [] } as const;
const limits = { maxTurns: 2, maxRepairs: 1, deadlineMs: 500 };
const evidence = [{ kind: 'fact', n: 1 } as const];
/** What each was handed, by its id. */
export const handed = new Map<string, unknown>();

/** Does what it is told; in any other word it breaks its contract. */
async function speak(id: string, { words }: z.infer<typeof Matter>) {
  const word = words[id] ?? 'yes';
  if (word === 'throw') throw new Error('boom');
  if (word === 'hang') await new Promise(() => {});
  return word;
}

export const adviser = (id: string, hangsMs = 500) =>
  defineAgent({
    ...base,
    id,
    limits: { ...limits, deadlineMs: hangsMs },
    input: asked.subject,
    outcomes: asked.positions,
    act: async (matter, say) => {
      handed.set(id, matter);
      const word = await speak(id, matter);
      if (word === 'refuse') return say.refused({ reason: 'not mine' });
      const said = { why: `${id} says ${word}`, evidence };
      return word === 'break' ? say.yes({ ...said, evidence: [] }) : say[word as 'yes'](said);
    },
  });
/** By a model, that is. */
export const dreamer = (id: string) =>
  defineAgent({
    ...base,
    id,
    limits,
    input: asked.subject,
    outcomes: asked.positions,
    instructions: () => 'Say what you hold.',
  });
const note = defineTool({
  name: 'note',
  does: 'Writes it down.',
  input: z.strictObject({}),
  output: z.null(),
  effect: 'writes',
  run: async () => null,
});
/** Writes before it speaks. */
export const scribe = defineAgent({
  ...base,
  id: 'scribe',
  limits: { ...limits, maxTurns: 3 },
  input: asked.subject,
  outcomes: asked.positions,
  tools: [note],
  act: async (_, say, io) => {
    await io.tool(note, {});
    return say.yes({ why: 'it is written', evidence });
  },
});
export const rulingDreamer = (id: string, decides: readonly string[]) =>
  defineAgent({
    ...base,
    id,
    limits,
    decides,
    input: asked.deliberation,
    outcomes: asked.rulings,
    instructions: () => 'Decide.',
  });
export const ruler = (id: string, decides: readonly string[] = []) =>
  defineAgent({
    ...base,
    id,
    limits,
    decides,
    input: asked.deliberation,
    outcomes: asked.rulings,
    act: async ({ subject, positions }, say) => {
      handed.set(id, positions);
      const [word = '', ...rest] = (await speak(id, subject)).split(' ');
      const others = positions.filter(({ choice }) => choice !== word && rest[0] !== 'mute');
      const answers = Object.fromEntries(others.map(({ adviser: to }) => [to, `${id} heard it`]));
      return say[word as 'yes']({ why: `${id} says ${word}`, evidence, answers });
    },
  });

export const one = adviser('one');
export const two = adviser('two');
export const three = adviser('three', 20);
export const chief = ruler('chief', ['matter']);
export const judge = ruler('judge');
export const right = {
  id: 'matter',
  question: asked,
  owner: chief,
  advisers: { one, two, three },
  rule: 'owner',
  withinMs: 60_000,
  people: ['board'],
} as const;

/** A decision that is like that one, but for something; whatever types say of it. */
export function decision(change: object): Arbiter<typeof asked> {
  const { people, ...rest } = right;
  const isAgents = !('people' in ((change as Partial<typeof right>).owner ?? {}));
  return defineDecision({ ...rest, ...(isAgents && { people }), ...change } as typeof right);
}

/** A team of that decision alone, or behind one from whom the subject comes, through a gate or not, and the organisation around it. */
export function deciding(change: object = {}, from?: typeof one, isGated = false, people = {}) {
  const decide = decision(change);
  const otherwise = {
    refused: { end: 'failed' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  } as const;
  const room = {
    id: 'room',
    version: 1,
    does: 'Decides.',
    input: Matter,
    outcomes: { decided: asked.record, undecided: asked.record },
    otherwise,
  } as const;
  const routes = {
    decide: { yes: { end: 'decided' }, no: { end: 'decided' }, undecided: { end: 'undecided' } },
  } as const;
  const matter = (_: unknown, request: z.infer<typeof Matter>) => request;
  const on = { to: 'decide', with: matter } as const;
  const through = { to: 'seen', with: matter } as const;
  const seen = gate({ subject: Matter, by: ['board'] });
  const team =
    from === undefined
      ? defineTeam({ ...room, nodes: { decide }, start: { to: 'decide' }, routes })
      : isGated
        ? defineTeam({
            ...room,
            nodes: { from, seen, decide },
            start: { to: 'from' },
            routes: {
              ...routes,
              from: { yes: through, no: through },
              seen: { approved: on, edited: on, rejected: on },
            },
          })
        : defineTeam({
            ...room,
            nodes: { from, decide },
            start: { to: 'from' },
            routes: { ...routes, from: { yes: on, no: on } },
          });
  const own = [
    ...Object.values(decide.advisers).map(({ agent }) => agent),
    decide.owner,
    decide.ruler,
  ];
  const agents = own.flatMap((node) => (node !== undefined && 'id' in node ? [node] : []));
  return defineOrganisation({ id: 'house', people, agents: [...new Set(agents)], teams: [team] });
}
