import { defineAgent } from 'nova-agents';
import { counted } from 'nova-agents/tools';
import type * as z from 'zod';
import { goAhead } from '../contracts.ts';

type Held = z.infer<typeof goAhead.deliberation>['positions'][number];

/** What stands behind a position, but for how much was looked at. */
const proofOf = ({ said }: Held) => said.evidence.filter(({ kind }) => kind !== 'looked');

const subject = {
  text: 'May June 2026 of acme/lagos be closed?',
  decision: 'month-close' as const,
};
const base = { weight: 1, hasVeto: false };
const looked = { kind: 'looked' as const, what: 'invoices', count: 12 };
const doubled = {
  kind: 'fault' as const,
  path: 'books/acme/lagos/invoices.csv',
  line: 14,
  rule: 'doubled',
  about: 'L-0013',
  why: 'R-100 of S-1 is booked as L-0009 already',
};
const holds: Held = {
  ...base,
  adviser: 'invoices',
  agent: 'invoice-auditor',
  choice: 'hold',
  said: { why: '1 finding', evidence: [doubled, looked] },
};
const proceeds: Held = {
  ...base,
  adviser: 'stock',
  agent: 'inventory',
  choice: 'proceed',
  said: { why: 'nothing speaks against it', evidence: [looked] },
};
const ruling = {
  why: 'invoices shows 1 fault or gap',
  evidence: [doubled],
  answers: { stock: 'It saw nothing where it looked; 1 fault or gap was shown elsewhere.' },
};

/** Rules where advisers do not agree whether something may go on: by what they show, not by how many they are. */
export const arbiter = defineAgent({
  id: 'arbiter',
  version: 1,
  does: 'Settles a disagreement: weighs the positions and the evidence of advisers who contradict each other, and rules who is right.',
  doesNot: {
    'checking an answer against its request': 'composer',
    'giving an opinion on a change of code': 'code-reviewer',
  },
  failsBy: [
    {
      when: 'nobody holds a position',
      caughtBy: 'input',
      example: { subject } as never,
    },
    {
      when: 'it goes on although a fault was shown',
      caughtBy: 'check',
      example: {
        ask: 'A fault against which another adviser saw nothing',
        input: { subject, positions: [holds, proceeds] },
        says: {
          proceed: { why: 'two are enough', evidence: [looked], answers: { invoices: 'no' } },
        },
      },
    },
    {
      when: 'a ruling shows nothing',
      caughtBy: 'outcome',
      example: { hold: { ...ruling, evidence: [] } },
    },
  ],
  input: goAhead.deliberation,
  outcomes: goAhead.rulings,
  decides: ['change-acceptance', 'month-close', 'post-publication'],
  limits: { maxTurns: 1, maxRepairs: 0, deadlineMs: 40_000, maxTokens: 0 },
  act: ({ positions }, say) => {
    const shown = positions.map((one) => ({ ...one, proof: proofOf(one) }));
    const against = shown.filter(({ choice, proof }) => choice === 'hold' && proof.length > 0);
    const choice = against.length > 0 ? 'hold' : 'proceed';
    const proof = against.flatMap((one) => one.proof);
    const count = counted(proof.length, 'fault or gap', 'faults or gaps');
    const others = positions.filter((one) => one.choice !== choice);
    return say[choice]({
      why:
        choice === 'hold'
          ? `${against.map(({ adviser }) => adviser).join(', ')} shows ${count}`
          : 'whoever holds it shows nothing against it',
      evidence: choice === 'hold' ? proof : positions.flatMap(({ said }) => said.evidence),
      answers: Object.fromEntries(
        others.map(({ adviser }) => [
          adviser,
          choice === 'hold'
            ? `It saw nothing where it looked; ${count} was shown elsewhere.`
            : 'It names no fault and nothing that could not be judged.',
        ]),
      ),
    });
  },
  check: ({ positions }, { outcome }) => {
    const isShown = positions.some((one) => one.choice === 'hold' && proofOf(one).length > 0);
    return isShown === (outcome === 'hold')
      ? undefined
      : `what was shown does not come to ${outcome}`;
  },
  examples: [
    {
      ask: 'Two auditors contradict each other: who is right?',
      input: { subject, positions: [holds, proceeds] },
      says: { hold: ruling },
    },
    {
      ask: 'One adviser objects without any evidence; settle it',
      input: {
        subject,
        positions: [{ ...holds, said: { why: 'a feeling', evidence: [looked] } }, proceeds],
      },
      says: {
        proceed: {
          why: 'whoever holds it shows nothing against it',
          evidence: [looked, looked],
          answers: { invoices: 'It names no fault and nothing that could not be judged.' },
        },
      },
    },
  ],
  asks: [
    'Two agents disagree, please decide between them',
    'The reviewers came to opposite conclusions: whose verdict stands?',
    'Resolve the conflict between these two positions',
    'Weigh both arguments and rule',
    'Break the tie between the two proposals',
    'Who is right in this dispute?',
    'Arbitrate: one says yes, the other says no',
    'They contradict each other, make the final call',
  ],
});
