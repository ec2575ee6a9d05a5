// A small ledger office whose agents do what a test wants: figures are read, carried through a team, summed up, told and verified.
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  roleContracts,
} from 'nova-agents';

const Figure = z.strictObject({ invoice: z.string(), total: z.number() });
const passedOn = {
  refused: { end: 'refused' },
  failed: { end: 'failed' },
  expired: { end: 'expired' },
} as const;

/** What one test wants to be otherwise. */
export interface Wishes {
  readonly read?: () => z.input<typeof Figure> | Promise<never>;
  readonly carry?: (figure: z.output<typeof Figure>) => unknown;
  /** What the checking part objects to. */
  readonly objects?: (figure: z.output<typeof Figure>) => string | undefined;
  /** What the verifier says against an answer. */
  readonly verify?: (text: string) => string | undefined;
  readonly lookUp?: () => Promise<{ total: number }>;
  readonly isGated?: boolean;
}

const right = { invoice: 'june', total: 41_250 };

/** Reads a figure, has the boss look at a doubtful one, and carries it. */
function deskOf(wishes: Wishes) {
  const { read = () => right, carry = (figure) => figure, lookUp } = wishes;
  const look = defineTool({
    name: 'look',
    does: 'Looks a total up.',
    input: z.strictObject({ invoice: z.string() }),
    output: z.strictObject({ total: z.number() }),
    effect: 'reads',
    run: () => lookUp?.() ?? Promise.resolve({ total: right.total }),
  });
  const reader = defineAgent({
    id: 'reader',
    version: 1,
    does: 'Reads a figure.',
    input: Ask,
    outcomes: { found: Figure, doubtful: Figure },
    tools: [look],
    examples: [],
    limits: { maxRepairs: 0, maxTurns: 3 },
    async act(_, say, io) {
      const figure = await read();
      if (wishes.isGated === true) return say.doubtful(figure);
      if (lookUp === undefined) return say.found(figure);
      return say.found({ ...figure, ...(await io.tool(look, { invoice: figure.invoice })) });
    },
  });
  const carrier = defineAgent({
    id: 'carrier',
    version: 1,
    does: 'Carries a figure.',
    input: Figure,
    outcomes: { carried: z.strictObject({ figure: z.unknown() }) },
    examples: [],
    act: (figure, say) => say.carried({ figure: carry(figure) }),
  });
  const desk = defineTeam({
    id: 'desk',
    version: 1,
    does: 'Reads and carries.',
    input: Ask,
    outcomes: { done: z.strictObject({ figure: z.unknown() }) },
    nodes: { reader, carrier, boss: gate({ subject: Figure }) },
    start: { to: 'reader' },
    routes: {
      reader: { found: { to: 'carrier' }, doubtful: { to: 'boss' } },
      boss: {
        approved: { to: 'carrier' },
        edited: { to: 'carrier' },
        rejected: { end: 'done', with: () => ({ figure: null }) },
      },
      carrier: { carried: { end: 'done', with: ({ figure }) => ({ figure }) } },
    },
    otherwise: passedOn,
  });
  return { reader, carrier, desk };
}

const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Plans a desk, and a check of what it brings.',
  ...roleContracts.planner,
  examples: [],
  act: ({ text }, say) => {
    const from = { part: 'desk', outcome: 'done', key: 'figure' };
    const takes = [{ from, to: 'figure' }];
    const parts = [
      { id: 'desk', node: 'desk', input: { text } },
      { id: 'check', node: 'checker', input: { text }, takes },
    ];
    return say.planned({ plan: { parts }, unplaced: [] });
  },
});
const composer = defineAgent({
  id: 'composer',
  version: 1,
  does: 'Tells the figures.',
  ...roleContracts.composer,
  examples: [],
  act: ({ report }, say) => {
    const text = (report?.got ?? []).map(({ value }) => JSON.stringify(value)).join(' ');
    return say.composed({ text: `It comes to ${text}.`, contributors: [], notDone: [] });
  },
});

/** An office in which those things are otherwise. */
export function ledger(wishes: Wishes = {}) {
  const { objects, verify } = wishes;
  const { reader, carrier, desk } = deskOf(wishes);
  const checker = defineAgent({
    id: 'checker',
    version: 1,
    does: 'Checks a figure.',
    input: Ask.extend({ figure: Figure }),
    outcomes: { checked: z.strictObject({ figure: Figure }) },
    examples: [],
    limits: { maxRepairs: 0 },
    check: ({ figure }) => objects?.(figure),
    act: ({ figure }, say) => say.checked({ figure }),
  });
  const verifier = defineAgent({
    id: 'verifier',
    version: 1,
    does: 'Verifies what is told.',
    ...roleContracts.verifier,
    examples: [],
    act: ({ answer }, say) => {
      const why = verify?.(answer.text);
      return why === undefined ? say.accepted({}) : say.objected({ why });
    },
  });
  return defineOrganisation({
    id: 'ledger',
    agents: [reader, carrier, checker, planner, composer, verifier],
    teams: [desk],
    roles: { planner: 'planner', composer: 'composer', verifier: 'verifier' },
  });
}
