import { defineAgent, roleContracts } from 'nova-agents';
import { asking } from './kit/cases.ts';
import { graphFault } from './kit/edges.ts';
import { read } from './kit/placing.ts';
import { shortlisted } from './kit/shortlist.ts';
import { lessonFault } from './kit/taught.ts';
import { continues } from './kit/pointing.ts';
import { candidatesOf, faultIn, onlyTaker, parted, partFor } from './kit/plans.ts';

type Left = Parameters<typeof faultIn>[1];

/** Decides whether one agent takes a whole request. */
export const router = defineAgent({
  id: 'router',
  version: 1,
  does: 'Decides whether one agent takes a whole request, several share it, or nobody takes it.',
  doesNot: {
    'splitting a request into parts': 'planner',
    'putting the results together into an answer': 'composer',
  },
  failsBy: [
    {
      when: 'a request of two passages is given away as one of them',
      caughtBy: 'check',
      example: {
        ask: 'A request of which one half is lost',
        input: asking('Water the roses; repair the door'),
        says: {
          routed: {
            plan: {
              parts: [{ id: 'gardener', node: 'gardener', input: { text: 'Water the roses' } }],
            },
            unplaced: [],
          },
        },
      },
    },
    {
      when: 'it routes to somebody who is not in the organisation',
      caughtBy: 'check',
      example: {
        ask: 'A request for a stranger',
        input: asking('Repair the door'),
        says: {
          routed: {
            plan: { parts: [{ id: 'smith', node: 'smith', input: { text: 'Repair the door' } }] },
            unplaced: [],
          },
        },
      },
    },
    {
      when: 'it routes to two agents at once',
      caughtBy: 'check',
      example: {
        ask: 'A request for two',
        input: asking('Repair the door'),
        says: {
          routed: {
            plan: {
              parts: [
                { id: 'carpenter', node: 'carpenter', input: { text: 'Repair the door' } },
                { id: 'gardener', node: 'gardener', input: { text: 'Repair the door' } },
              ],
            },
            unplaced: [],
          },
        },
      },
    },
  ],
  input: roleContracts.router.input,
  outcomes: roleContracts.router.outcomes,
  limits: { maxTurns: 3 },
  instructions: () =>
    [
      'Decide whether one agent of the `catalogue` takes the whole request `text`, by what it `does`, what it `doesNot`, and its `examples`. ' +
        '`clarified` is what the requester answered when asked back. Of those who are further away `others` has a line.',
      '`lessons` are requests of which a person said `who` takes them (null: nobody here): follow them where this one is like them.',
      'Say `routed` with a plan of one part where exactly one does: `node` is its id, `id` a short name, `input` is { "text": … } with the ' +
        'request exactly as it stands; leave out `purpose` and `takes`; `unplaced` is empty.',
      'Say `several` with the candidates, best first, where the request has passages for more than one, or more than one would take it, or where `known` has ' +
        'what was `said` before and the request points back to that; `score` is 0 to 1.',
      '`known`, where it is there, is what is known here from earlier days: it helps to understand the request, and is no part of it.',
      'Say `none`, with the request as `unplaced` and those who came nearest, where nobody takes it.',
    ].join('\n'),
  shows: shortlisted,
  act: (asked, say) => {
    const reading = read(asked);
    const { parts, unplaced } = parted(reading);
    if (parts.length === 0)
      return say.none({
        unplaced: unplaced.length > 0 ? unplaced : [{ text: asked.text, nearest: [] }],
      });
    const node = onlyTaker(reading);
    // What it points back to is handed over by a plan.
    if (node === undefined || (asked.known?.said && continues(asked.text)))
      return say.several({ candidates: candidatesOf(reading) });
    const text = [asked.text.trim(), asked.clarified.trim()]
      .filter((said) => said !== '')
      .join('\n');
    return say.routed({ plan: { parts: [partFor(node, text)] }, unplaced: [] });
  },
  check: (asked, { outcome, value }) => {
    if (outcome === 'none')
      return (
        lessonFault(asked, []) ?? faultIn(asked, { parts: [], ...(value as Omit<Left, 'parts'>) })
      );
    if (outcome !== 'routed') return undefined;
    const { plan, unplaced } = value as { plan: Pick<Left, 'parts'>; unplaced: Left['unplaced'] };
    if (asked.known?.said && continues(asked.text))
      return 'what it points back to is handed over by a plan';
    if (plan.parts.length !== 1 || unplaced.length > 0)
      return 'it is not one agent that takes it all';
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
      ask: 'Which plants are ill?',
      input: asking('Which of the plants are ill?'),
      says: {
        routed: {
          plan: {
            parts: [
              {
                id: 'gardener',
                node: 'gardener',
                input: { text: 'Which of the plants are ill?' },
              },
            ],
          },
          unplaced: [],
        },
      },
    },
    {
      ask: 'Sing a song',
      input: asking('Sing a song'),
      says: { none: { unplaced: [{ text: 'Sing a song', nearest: [] }] } },
    },
    {
      ask: 'Water the roses and repair the door',
      input: asking('Water the roses, then repair the door'),
      says: {
        several: {
          candidates: [
            { node: 'carpenter', score: 0.87 },
            { node: 'gardener', score: 0.87 },
          ],
        },
      },
    },
  ],
});
