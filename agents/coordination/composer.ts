import { defineAgent, roleContracts } from 'nova-agents';
import { answerOf, objectionTo, type Composition } from './kit/answers.ts';
import { catalogue } from './kit/cases.ts';
import { lineOf } from './kit/shortlist.ts';

const got = {
  id: 'gardener',
  node: 'gardener',
  outcome: 'told',
  value: { summary: 'All roses are well.' },
};
const lost = {
  id: 'carpenter',
  node: 'carpenter',
  outcome: 'failed',
  reason: 'threw' as const,
  note: 'no wood',
};
const material = {
  text: 'Water the roses; repair the door; sing a song',
  report: { got: [got], lost: [lost] },
  unplaced: [{ text: 'sing a song', nearest: [] }],
  catalogue,
  reason: null,
  note: null,
};
const refusal = {
  text: 'Sing a song',
  report: null,
  unplaced: [{ text: 'Sing a song', nearest: [] }],
  catalogue,
  reason: 'no_fit' as const,
  note: null,
};
const failure = 'Its code, or that of a tool it uses, failed (`threw`). It said: `no wood`.';
const nobody = 'Nobody in the organisation takes it; it would need an agent for it.';

/** Makes one coherent answer of what a plan brought, and says what was not done. */
export const composer = defineAgent({
  id: 'composer',
  version: 1,
  does: 'Makes one answer of what the parts of a plan brought, and says what was not done and why.',
  doesNot: {
    'deciding who takes a request': 'router',
    'splitting a request into parts': 'planner',
  },
  failsBy: [
    {
      when: 'a lost part is passed over in silence',
      caughtBy: 'check',
      example: {
        ask: 'A part was lost',
        input: material,
        says: {
          composed: { ...answerOf(material), notDone: answerOf(material).notDone.slice(1) },
        },
      },
    },
    {
      when: 'somebody is credited who brought nothing',
      caughtBy: 'check',
      example: {
        ask: 'Nobody took it',
        input: refusal,
        says: { composed: { ...answerOf(refusal), contributors: ['gardener'] } },
      },
    },
    {
      when: 'somebody who brought something is left out',
      caughtBy: 'check',
      example: {
        ask: 'The roses were watered',
        input: material,
        says: { composed: { ...answerOf(material), contributors: [] } },
      },
    },
  ],
  input: roleContracts.composer.input,
  outcomes: roleContracts.composer.outcomes,
  limits: { maxTurns: 3 },
  instructions: () =>
    [
      'Make one coherent answer, in Markdown and in the language of the request `text`, of what the parts in `report.got` brought. Say nothing ' +
        'that the material does not say; keep figures, names and quotations as they are.',
      '`contributors` are the nodes of `report.got`, each once, in that order; nobody where there is no report.',
      '`notDone` lists, in this order: each part of `report.lost`, `what` being its node as a title (`release-notes` is `Release notes`), then ' +
        'each passage of `unplaced`, `what` being the passage between backquotes; `why` says in a sentence why it was not done, by its reason ' +
        'and note.',
      '`known` is what is known here from earlier days: of its `records`, which concern the request, name those that matter, word for word; of ' +
        'its `runs` those that are not done, each as `asked (outcome; run name)`; `open` only where the request is about it.',
      'Where there is no `report`, say that the request was refused or failed, why, and who in the `catalogue` comes nearest.',
    ].join('\n'),
  shows: (input) => ({ ...input, catalogue: input.catalogue.map(lineOf) }),
  act: (input, say) => say.composed(answerOf(input)),
  check: (input, { outcome, value }) =>
    outcome === 'composed' ? objectionTo(input, value as Composition) : undefined,
  examples: [
    {
      ask: 'Put together what the gardener brought, where the carpenter failed',
      input: material,
      says: {
        composed: {
          text: [
            '## Gardener',
            'All roses are well.',
            '## Not done',
            `- **Carpenter**: ${failure}\n- **\`sing a song\`**: ${nobody}`,
            'Contributed: gardener.',
          ].join('\n\n'),
          contributors: ['gardener'],
          notDone: [
            { what: 'Carpenter', why: failure },
            { what: '`sing a song`', why: nobody },
          ],
        },
      },
    },
    {
      ask: 'Tell that nobody takes it',
      input: refusal,
      says: {
        composed: {
          text: [
            `This request is refused. ${nobody}`,
            `## Not done\n\n- **\`Sing a song\`**: ${nobody}`,
            '## Who is here',
            [
              '- **Gardener**: Waters the plants and tells which of them are ill',
              '- **Carpenter**: Repairs doors, roofs and furniture of wood',
              '- **Poet**: Writes poems for birthdays (needs a model, and none is configured)',
            ].join('\n'),
            'Contributed: nobody.',
          ].join('\n\n'),
          contributors: [],
          notDone: [{ what: '`Sing a song`', why: nobody }],
        },
      },
    },
  ],
});
