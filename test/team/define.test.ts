// Goal: what an agent may say and call is held by the compiler and by the definition itself.
// Method: negative type tests beside definitions that must be refused, each with its message.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineAgent,
  defineOrganisation,
  defineTool,
  DefinitionError,
  type Said,
  type Say,
} from 'nova-agents';

const readInvoices = defineTool({
  name: 'read-invoices',
  does: 'Reads the invoices of a month.',
  input: z.strictObject({ month: z.string() }),
  output: z.array(z.strictObject({ id: z.string(), total: z.number() })),
  effect: 'reads',
  run: async ({ month }) => [{ id: month, total: 1 }],
});
const mailer = defineTool({
  name: 'mail',
  does: 'Sends a mail.',
  input: z.strictObject({ to: z.string() }),
  output: z.null(),
  effect: 'writes',
  run: async () => null,
});

const base = {
  id: 'auditor',
  version: 1,
  does: 'Audits.',
  input: z.strictObject({ month: z.string() }),
  outcomes: { audited: z.strictObject({ checked: z.int() }), 'nothing-found': z.strictObject({}) },
  tools: [readInvoices],
  examples: [{ ask: 'Audit June', input: { month: '06' }, says: { audited: { checked: 1 } } }],
} as const;

describe('types', () => {
  test('say and io know the declared outcomes and tools, and nothing else', () => {
    const auditor = defineAgent({
      ...base,
      act: async (input, say, io) => {
        const rows = await io.tool(readInvoices, { month: input.month });
        const first: number | undefined = rows[0]?.total;
        // @ts-expect-error the tool's input has another shape
        const wrongInput = () => io.tool(readInvoices, { year: 1 });
        // @ts-expect-error the tool is not declared by this agent
        const wrongTool = () => io.tool(mailer, { to: 'x' });
        // @ts-expect-error the outcome is not declared
        const wrongOutcome = () => say.approved({});
        // @ts-expect-error the value does not meet the outcome's contract
        const wrongValue = () => say.audited({ checked: 'one' });
        // @ts-expect-error a value has a key too many
        const tooMuch = () => say['nothing-found']({ more: 1 });
        void [wrongInput, wrongTool, wrongOutcome, wrongValue, tooMuch, first];
        return say.audited({ checked: rows.length });
      },
    });
    expect(auditor.id).toBe('auditor');
  });

  test('an agent has a mind, one, and its examples say declared outcomes', () => {
    // @ts-expect-error neither act nor instructions
    expect(() => defineAgent({ ...base })).toThrow(DefinitionError);
    const both = {
      act: (_: unknown, say: Say<typeof base.outcomes>) => say.audited({ checked: 1 }),
    };
    expect(defineAgent({ ...base, ...both, instructions: () => '' }).id).toBe('auditor');
    expect(() =>
      defineAgent({ ...base, ...both, instructions: () => '', tools: [mailer] }),
    ).toThrow(/would write again/);
    expect(() =>
      defineAgent({
        ...base,
        act: (_, say) => say.audited({ checked: 1 }),
        // @ts-expect-error an undeclared outcome
        examples: [{ ask: 'x', input: { month: '1' }, says: { done: {} } }],
      }),
    ).toThrow(/not declared/);
    // @ts-expect-error what is returned was not said
    defineAgent({ ...base, act: () => 42 });
  });
});

describe('definition', () => {
  const act = (_: unknown, say: { audited: (value: { checked: number }) => Said }) =>
    say.audited({ checked: 1 });
  const define = (change: object) => () => defineAgent({ ...base, act, ...change } as never);

  test.each([
    ['a transform in a contract', { input: z.string().transform(Number) }, /plain JSON/],
    ['a date in a contract', { outcomes: { audited: z.date() } }, /plain JSON/],
    ['an id that is no name', { id: 'Auditor!' }, /kebab-case/],
    ['a version of 0', { version: 0 }, /version/],
    ['a common outcome declared', { outcomes: { failed: z.null() }, examples: [] }, /every node/],
    ['no outcome', { outcomes: {}, examples: [] }, /no outcome/],
    [
      'an example with a wrong input',
      { examples: [{ ask: 'x', input: {}, says: { audited: { checked: 1 } } }] },
      /input/,
    ],
    [
      'an example with a wrong value',
      { examples: [{ ask: 'x', input: { month: '1' }, says: { audited: {} } }] },
      /audited/,
    ],
    [
      'two outcomes said',
      {
        examples: [
          {
            ask: 'x',
            input: { month: '1' },
            says: { audited: { checked: 1 }, 'nothing-found': {} },
          },
        ],
      },
      /2 outcomes/,
    ],
    ['an example its check objects to', { check: () => 'no' }, /objects/],
    [
      'a failsBy that nothing catches',
      { failsBy: [{ when: 'w', caughtBy: 'input', example: { month: '1' } }] },
      /not caught/,
    ],
    ['a limit out of bounds', { limits: { maxTurns: 0 } }, /limits/],
  ])('refuses %s', (_, change, message) => {
    expect(define(change)).toThrow(message);
  });

  test.each([
    ['input', { when: 'no month', caughtBy: 'input', example: {} }],
    [
      'outcome',
      { when: 'counts halves', caughtBy: 'outcome', example: { audited: { checked: 0.5 } } },
    ],
    [
      'check',
      {
        when: 'too few',
        caughtBy: 'check',
        example: { ask: 'x', input: { month: '1' }, says: { audited: { checked: 0 } } },
      },
    ],
  ])('accepts a failsBy that its %s catches', (_, failing) => {
    const check = (_input: never, said: { value: { checked: number } }) =>
      said.value.checked < 1 ? 'too few' : undefined;
    expect(define({ check, failsBy: [failing] })).not.toThrow();
  });

  test('4.1 an organisation refuses doubles, strangers and more than was granted', () => {
    const auditor = defineAgent({ ...base, decides: ['correctness'], act });
    const other = defineAgent({ ...base, id: 'other', decides: ['correctness'], act });
    const organise = (rest: object) => () =>
      defineOrganisation({ id: 'o', agents: [auditor], ...rest });
    expect(organise({})).not.toThrow();
    expect(organise({ agents: [auditor, auditor] })).toThrow(/twice/);
    expect(organise({ agents: [auditor, other] })).toThrow(/both auditor and other/);
    expect(organise({ roles: { planner: 'nobody' } })).toThrow(/nobody here/);
    expect(organise({ grants: {} })).toThrow(/not granted/);
    expect(
      organise({ grants: { auditor: { tools: ['read-invoices'], limits: { maxTurns: 2 } } } }),
    ).toThrow(/maxTurns is 24/);
    expect(organise({ grants: { auditor: { tools: ['read-invoices'] } } })).not.toThrow();
    const stray = defineAgent({ ...base, id: 'stray', doesNot: { paying: 'ghost' }, act });
    expect(organise({ agents: [stray] })).toThrow(/ghost/);
  });
});
