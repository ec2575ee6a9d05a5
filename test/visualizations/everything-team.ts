// A team with everything that a charter may hold, and with texts longer than anybody would write.
import * as z from 'zod';
import { Ask, defineAgent, defineTeam, fan, gate } from 'nova-agents';

const agent = (id: string) =>
  defineAgent({
    id,
    version: 1,
    does: 'Looks after a rather long-winded matter that takes more than one line to be told of.',
    input: Ask,
    outcomes: { done: z.string(), 'not-quite-as-it-should-be': z.null(), again: z.null() },
    examples: [],
    act: (_, say) => say.done(''),
  });
const anew = { with: () => ({ text: 'x' }) };
const undone = { end: 'undone', with: () => null } as const;
const pass = ({ text }: z.infer<typeof Ask>) => ({ text });

export const everything = defineTeam({
  id: 'everything',
  version: 12,
  does: 'Does a great many things, one after the other and some of them at once, so that one can see whether its picture holds.',
  input: Ask,
  outcomes: { done: z.string(), undone: z.null() },
  nodes: {
    one: agent('one'),
    two: agent('two'),
    three: agent('three-under-another-name'),
    check: gate({ subject: Ask, withinMs: 90_000 }),
    board: gate({ subject: Ask, by: ['ada', 'eve', 'somebody-else'], withinMs: 1_500 }),
    many: fan({
      input: Ask,
      branches: { one: agent('one'), other: agent('two'), third: agent('third') },
      with: { one: pass, other: pass, third: pass },
      maxParallel: 2,
    }),
  },
  start: { to: 'one' },
  routes: {
    one: {
      done: { to: 'two', ...anew },
      'not-quite-as-it-should-be': { to: 'check', ...anew },
      again: { to: 'one', max: 3, ...anew },
    },
    two: {
      done: { to: 'many', ...anew },
      'not-quite-as-it-should-be': { to: 'one', max: 1, ...anew },
      again: { to: 'three', max: 2, ...anew },
    },
    three: {
      done: { to: 'board', ...anew },
      'not-quite-as-it-should-be': { to: 'two', max: 5, ...anew },
      again: undone,
    },
    check: { approved: { to: 'two' }, edited: { to: 'two' }, rejected: undone },
    board: {
      approved: { end: 'done', with: ({ text }) => text },
      edited: { to: 'three', max: 1 },
      rejected: undone,
      failed: { to: 'check', max: 1, ...anew },
    },
    many: { all: { to: 'three', ...anew }, some: { to: 'board', ...anew } },
  },
  otherwise: {
    refused: { to: 'check', max: 2, ...anew },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  },
});
