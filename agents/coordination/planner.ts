import { defineAgent, roleContracts } from 'nova-agents';
import { asking } from './kit/cases.ts';
import { read } from './kit/placing.ts';
import { faultIn, parted, tied } from './kit/plans.ts';
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
        '`doesNot`, and its `examples`. `clarified` is what the requester answered when asked back.',
      'Say `planned` with one part for each agent: `node` is its id, `id` a short name of the part, `input` is { "text": … } with the ' +
        'passages exactly as they stand in the request. Leave out `purpose` and `takes`.',
      'What nobody takes goes into `unplaced`, word for word, with those who came nearest. Nothing of the request may be dropped.',
      'Say `unclear` with a question where two would take the same passage alike and `clarified` is empty, `none` where nobody takes anything.',
    ].join('\n'),
  act: (asked, say) => {
    const reading = read(asked);
    const takers = tied(reading);
    if (takers.length > 0) return say.unclear({ question: questionOf(takers) });
    const { parts, unplaced } = parted(reading);
    return parts.length === 0
      ? say.none({ unplaced: unplaced.length > 0 ? unplaced : [{ text: asked.text, nearest: [] }] })
      : say.planned({ plan: { parts }, unplaced });
  },
  check: (asked, { outcome, value }) => {
    if (outcome === 'unclear')
      return asked.clarified.trim() === '' ? undefined : 'it was answered already';
    if (outcome === 'none') return faultIn(asked, { parts: [], ...(value as Omit<Left, 'parts'>) });
    if (outcome !== 'planned') return undefined;
    const { plan, unplaced } = value as { plan: Pick<Left, 'parts'>; unplaced: Left['unplaced'] };
    return faultIn(asked, { parts: plan.parts, unplaced });
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
