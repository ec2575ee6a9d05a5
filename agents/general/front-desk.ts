import { Ask, defineAgent } from 'nova-agents';
import { counted, whoTakes } from 'nova-agents/tools';
import { contentWords } from 'nova-agents/routing';
import * as z from 'zod';
import { askingFor, shortlyOf, subjectOf } from './kit/desk.ts';

const MAX_WORDS_CHARS = 2_000;
const MAX_NAMED = 64;
const WANTED = 'What do you have, and what do you want to have? Say it in a sentence.';

const Told = z.strictObject({
  summary: z.string().min(1),
  /** Who is named, by id. */
  named: z.array(z.string().min(1)).max(MAX_NAMED),
});
const gardener = {
  id: 'gardener',
  does: 'Waters the plants.',
  ask: 'Water the roses',
  ready: true,
};
const told = { summary: askingFor(gardener), named: ['gardener'] };

/** The door: says who is here and who takes what, and asks back where too little is said. */
export const frontDesk = defineAgent({
  id: 'front-desk',
  version: 1,
  does: 'Greets, introduces the team and its skills, names the colleague who is responsible for a matter, and asks back where too little is said.',
  doesNot: {
    'answering a visitor of the web site': 'visitor-guide',
    'quoting the documentation': 'researcher',
    'reporting what was done': 'reporter',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'it says nothing',
      caughtBy: 'outcome',
      example: { told: { ...told, summary: '' } },
    },
    {
      when: 'somebody is named and not told of',
      caughtBy: 'check',
      example: {
        ask: 'Who waters the plants?',
        input: { text: 'Who waters the plants?' },
        says: { told: { ...told, named: ['gardener', 'smith'] } },
      },
    },
  ],
  input: Ask,
  outcomes: { told: Told, unclear: Told },
  tools: [whoTakes],
  recalls: true,
  limits: { maxTurns: 4, maxRepairs: 1, deadlineMs: 60_000, maxTokens: 30_000 },
  instructions: () =>
    [
      'You are the door of a team of specialists. Answer `text` in its language, shortly and kindly.',
      'Look up by `who-takes` who takes the matter, and who is there at all; name nobody who is not told there. `named` are the ids of whom ' +
        'you name, and `summary` names each by its id or its title (`release-notes` is Release notes) with an example of how to ask for it.',
      'Say `told` where somebody takes it or the question is who is here, `unclear` with one question where too little is said or nobody fits. ' +
        'Do no work of a specialist yourself.',
    ].join('\n'),
  act: async ({ text }, say, io) => {
    const words = subjectOf(text).slice(0, MAX_WORDS_CHARS);
    const { takers, near, all } = await io.tool(whoTakes, { words });
    if (contentWords(words).length === 0) {
      const present = all.slice(0, MAX_NAMED);
      const summary = [
        `Hello. ${counted(present.length, 'colleague')} can be asked here, each in your own words:\n`,
        ...present.map(shortlyOf),
      ].join('\n');
      return say.told({ summary, named: present.map(({ id }) => id) });
    }
    if (takers.length > 0)
      return say.told({
        summary: takers.map(askingFor).join('\n'),
        named: takers.map(({ id }) => id),
      });
    const nearest = near.length === 0 ? [] : ['These come nearest:', ...near.map(askingFor)];
    return say.unclear({
      summary: [`Nobody here takes that by these words. ${WANTED}`, ...nearest].join('\n'),
      named: near.map(({ id }) => id),
    });
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'told' && outcome !== 'unclear') return undefined;
    const { summary, named } = value as z.output<typeof Told>;
    const said = summary.toLowerCase();
    const missing = named.find(
      (id) => !said.includes(id) && !said.includes(id.replaceAll('-', ' ')),
    );
    return missing && `${missing} is named and not told of`;
  },
  examples: [
    { ask: 'Hello', input: { text: 'Who waters the plants?' }, says: { told } },
    {
      ask: 'What can you do?',
      input: { text: 'Who sings?' },
      says: {
        unclear: { summary: `Nobody here takes that by these words. ${WANTED}`, named: [] },
      },
    },
  ],
  asks: [
    'Hi there',
    'Good morning',
    'Thanks',
    'Thank you',
    'Who are you?',
    'Who can help me?',
    'What can you do for me?',
    'Help',
    'Introduce the agents and their skills',
    'Who takes care of it?',
    'Which colleague is responsible for my matter?',
    'Connect me with the right specialist',
    'What skills do the specialists of this organisation have?',
  ],
});
