import { defineAgent, roleContracts } from 'nova-agents';
import { asking } from './kit/cases.ts';
import { read } from './kit/placing.ts';
import { graphFault } from './kit/edges.ts';
import { faultIn, parted, tied } from './kit/plans.ts';
import { shortlisted } from './kit/shortlist.ts';
import { lessonFault } from './kit/taught.ts';
import { questionOf } from './kit/questions.ts';

type Left = Parameters<typeof faultIn>[1];

/** Splits a request into parts for those who take them, and lists what nobody takes. */
export const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Splits a request into passages, gives each to who takes it, and lists what nobody takes.',
  doesNot: {
    'deciding whether one agent takes a whole request': 'router',
    'putting the results together into an answer': 'composer',
  },
  failsBy: [
    {
      when: 'a passage of the request is dropped',
      caughtBy: 'check',
      example: {
        ask: 'A request of which one half is lost',
        input: asking('Water the roses; repair the door'),
        says: {
          planned: {
            plan: {
              parts: [{ id: 'gardener', node: 'gardener', input: { text: 'Water the roses' } }],
            },
            unplaced: [],
          },
        },
      },
    },
    {
      when: 'a part goes to somebody who is not in the organisation',
      caughtBy: 'check',
      example: {
        ask: 'A request for a stranger',
        input: asking('Repair the door'),
        says: {
          planned: {
            plan: { parts: [{ id: 'smith', node: 'smith', input: { text: 'Repair the door' } }] },
            unplaced: [],
          },
        },
      },
    },
    {
      when: 'a part takes what the other one never brings',
      caughtBy: 'check',
      example: {
        ask: 'Repairs that need to know what is ill',
        input: asking('Which plants are ill? Then repair the door'),
        says: {
          planned: {
            plan: {
              parts: [
                { id: 'ill', node: 'gardener', input: { text: 'Which plants are ill?' } },
                {
                  id: 'door',
                  node: 'carpenter',
                  input: { text: 'repair the door' },
                  takes: [{ from: { part: 'ill', outcome: 'told', key: 'wood' }, to: 'wood' }],
                },
              ],
            },
            unplaced: [],
          },
        },
      },
    },
    {
      when: 'it asks again what was answered',
      caughtBy: 'check',
      example: {
        ask: 'A question after its answer',
        input: asking('Repair or water it', 'the door'),
        says: { unclear: { question: 'Which do you mean?' } },
      },
    },
    {
      when: 'a plan has no part',
      caughtBy: 'outcome',
      example: { planned: { plan: { parts: [] }, unplaced: [] } },
    },
  ],
  input: roleContracts.planner.input,
  outcomes: roleContracts.planner.outcomes,
  limits: { maxTurns: 3 },
  instructions: () =>
    [
      'Split the request `text` into passages and give each to the one agent of the `catalogue` that takes it, by what it `does`, what it ' +
        '`doesNot`, and its `examples`. `clarified` is what the requester answered when asked back. Of those who are further away `others` has a line.',
      '`lessons` are requests of which a person said `who` takes them (null: nobody here): follow them where a passage is like them.',
      'Say `planned` with one part for each agent: `node` is its id, `id` a short name of the part, `input` is { "text": … } with the ' +
        'passages exactly as they stand in the request. Where it takes `request?` and its passages leave something out that another one ' +
        'says, `input` has the whole request as `request` as well. Leave out `purpose`.',
      "Parts work at once, but where one needs what another brings. `takes` of the catalogue are the keys of an agent's input (`?`: need " +
        'not be there), `gives` the keys that come with each of its outcomes. So a part whose agent takes `rows` says { "from": { "part": ' +
        '"import", "outcome": "imported", "key": "rows" }, "to": "rows" } in its `takes`: it begins when the part `import` has come to ' +
        '`imported`, and `rows` stands in its input, not in `input`. Without `key` it is handed the whole value. Several parts may take from ' +
        'one, and one from several; take nothing that is not needed, leave `takes` out where nothing is, and let no parts wait for each other.',
      'Where there are `bounds`, a plan has at most so many parts, so many (`maxWidth`) that do not wait for each other, and so many ' +
        '(`maxDepth`) one after another.',
      '`known`, where it is there, is what is known here from earlier days: it helps to understand the request, and is no part of it. ' +
        'Its `said` is the turn before: a part whose passages point back to that ("shorten it") and whose agent takes `passage?` has its ' +
        '`answered` as `passage`.',
      'What nobody takes goes into `unplaced`, word for word, with those who came nearest. Nothing of the request may be dropped.',
      'Say `unclear` with a question where two would take the same passage alike and `clarified` is empty, `none` where nobody takes anything.',
    ].join('\n'),
  shows: shortlisted,
  act: (asked, say) => {
    const reading = read(asked);
    const takers = tied(reading);
    if (takers.length > 0) return say.unclear({ question: questionOf(takers) });
    const { parts, unplaced } = parted(reading, asked.bounds);
    return parts.length === 0
      ? say.none({ unplaced: unplaced.length > 0 ? unplaced : [{ text: asked.text, nearest: [] }] })
      : say.planned({ plan: { parts }, unplaced });
  },
  check: (asked, { outcome, value }) => {
    if (outcome === 'unclear')
      return asked.clarified.trim() === '' ? undefined : 'it was answered already';
    if (outcome === 'none')
      return (
        lessonFault(asked, []) ?? faultIn(asked, { parts: [], ...(value as Omit<Left, 'parts'>) })
      );
    if (outcome !== 'planned') return undefined;
    const { plan, unplaced } = value as { plan: Pick<Left, 'parts'>; unplaced: Left['unplaced'] };
    return (
      lessonFault(
        asked,
        plan.parts.map(({ node }) => node),
      ) ??
      faultIn(asked, { parts: plan.parts, unplaced }) ??
      graphFault(asked, plan.parts)
    );
  },
  examples: [
    {
      ask: 'Water the roses, repair the door and sing a song',
      input: asking('Water the roses, then repair the door; sing a song'),
      says: {
        planned: {
          plan: {
            parts: [
              { id: 'gardener', node: 'gardener', input: { text: 'Water the roses' } },
              { id: 'carpenter', node: 'carpenter', input: { text: 'repair the door' } },
            ],
          },
          unplaced: [{ text: 'sing a song', nearest: [] }],
        },
      },
    },
    {
      ask: 'Sing a song',
      input: asking('Sing a song'),
      says: { none: { unplaced: [{ text: 'Sing a song', nearest: [] }] } },
    },
  ],
});
