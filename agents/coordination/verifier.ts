import { defineAgent, roleContracts } from 'nova-agents';
import { objectionOf } from './kit/objections.ts';

const text = 'Water the roses, then repair the door';
const good = {
  text: '## Gardener\n\nAll roses are well.\n\n## Not done\n\n- **Carpenter**: It gave no answer in its time.\n\nContributed: gardener.',
  contributors: ['gardener'],
  notDone: [{ what: 'Carpenter', why: 'It gave no answer in its time.' }],
};
const asked = { text, clarified: '', answer: good };
const silent = { ...asked, answer: { ...good, text: ' ' } };
const claim = {
  ...asked,
  answer: { ...good, text: `## Carpenter\n\nThe door is fine.\n\n${good.text}` },
};

/** Holds an answer to its request before it is given out. */
export const verifier = defineAgent({
  id: 'verifier',
  version: 1,
  does: 'Holds a composed answer to its request: all of it is answered or listed as not done, and nothing is claimed that was not done.',
  doesNot: {
    'making the answer': 'composer',
    'deciding who takes a request': 'router',
  },
  failsBy: [
    {
      when: 'an answer that says nothing is accepted',
      caughtBy: 'check',
      example: { ask: 'An empty answer', input: silent, says: { accepted: {} } },
    },
    {
      when: 'a right answer is objected to',
      caughtBy: 'check',
      example: { ask: 'A right answer', input: asked, says: { objected: { why: 'too short' } } },
    },
  ],
  input: roleContracts.verifier.input,
  outcomes: roleContracts.verifier.outcomes,
  limits: { maxTurns: 2, maxRepairs: 0, deadlineMs: 40_000, maxTokens: 0 },
  act: (judged, say) => {
    const why = objectionOf(judged);
    return why === undefined ? say.accepted({}) : say.objected({ why });
  },
  check: (judged, { outcome }) => {
    if (outcome !== 'accepted' && outcome !== 'objected') return undefined;
    const why = objectionOf(judged);
    if (outcome === 'accepted') return why;
    return why === undefined ? 'nothing speaks against it' : undefined;
  },
  examples: [
    {
      ask: 'Verify an answer that says what was not done',
      input: asked,
      says: { accepted: {} },
    },
    {
      ask: 'Verify an answer that shows as done what is listed as not done',
      input: claim,
      says: {
        objected: { why: '`Carpenter` is listed as not done, and the text says that it is' },
      },
    },
  ],
});
