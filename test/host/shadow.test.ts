// Goal: another form of an agent is measured on what really happened, without anything happening: what was called is fed, nothing is written.
// Method: runs of one agent on record, then candidates that say the same, something else, something broken, and what the verifier does not accept.
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Ask, defineAgent, defineOrganisation, defineTool, Nova, roleContracts } from 'nova-agents';
import { ScriptedModel, type Script } from 'nova-agents/testing';
import { shadow } from '../../src/host/shadow.ts';
import type { Case } from '../../src/observe/cases.ts';
import type { AnyAgent } from '../../src/team/agent.ts';

const touched: string[] = [];
const tool = (name: string, effect: 'reads' | 'writes') =>
  defineTool({
    name,
    does: name,
    input: Ask,
    output: Ask,
    effect,
    run: async ({ text }) => {
      touched.push(`${name} ${text}`);
      return { text: `${name} of ${text}` };
    },
  });
const look = tool('look', 'reads');
const send = tool('send', 'writes');
const clerk = defineAgent({
  id: 'clerk',
  version: 1,
  does: 'Looks, and sends what it saw.',
  input: Ask,
  outcomes: { sent: Ask },
  doesNot: { 'judging answers': 'verifier' },
  tools: [look, send],
  instructions: () => 'Look, then send.',
  examples: [],
});
const verifier = defineAgent({
  id: 'verifier',
  version: 1,
  does: 'Objects to rude words.',
  ...roleContracts.verifier,
  examples: [],
  act: ({ answer }, say) =>
    answer.text.includes('damn') ? say.objected({ why: 'it is rude' }) : say.accepted({}),
});
const organisation = defineOrganisation({
  id: 'office',
  agents: [clerk, verifier],
  roles: { verifier: 'verifier' },
  grants: {
    clerk: { tools: ['look', 'send'], unattended: ['send'] },
    verifier: { tools: [] },
  },
});

/** Looks, sends what it saw, and says so in these words. */
const careful =
  (words: string): Script =>
  ({ calls, input }) => {
    const [seen, sent] = calls;
    if (seen === undefined) return { wants: { tool: 'look', input } };
    if (sent !== undefined) return { says: { outcome: 'sent', value: { text: words } } };
    return { wants: { tool: 'send', input: 'value' in seen.result ? seen.result.value : null } };
  };

let cases: Case[];
beforeAll(async () => {
  const nova = new Nova({ organisation, model: new ScriptedModel({ clerk: careful('done') }) });
  await nova.run('clerk', { text: 'a' });
  cases = await nova.cases('clerk');
  await nova.close();
});
afterAll(() => expect(touched).toEqual(['look a', 'send look of a', 'look b']));

async function measured(script: Script, candidate: AnyAgent = clerk) {
  const model = new ScriptedModel({ clerk: script });
  for await (const one of shadow(candidate, cases, { organisation, model })) return one;
  return undefined;
}

test('a case is all that it was handed, called and came to, and what that took', () => {
  expect(cases).toMatchObject([
    {
      agent: 'clerk',
      input: { text: 'a' },
      calls: [
        { tool: 'look', input: { text: 'a' }, result: { text: 'look of a' } },
        { tool: 'send', input: { text: 'look of a' }, result: { text: 'send of look of a' } },
      ],
      outcome: 'sent',
      value: { text: 'done' },
      turns: 3,
      repairs: 0,
    },
  ]);
  expect(cases[0]?.tokens).toBeGreaterThan(0);
});

test('the same is the same, and is fed what was called', async () => {
  expect(await measured(careful('done'))).toMatchObject({ verdict: 'same', is: { turns: 3 } });
});

test('other words are a change, and a better or worse one where the verifier says so', async () => {
  expect(await measured(careful('all done'))).toMatchObject({ verdict: 'changed' });
  const rude = await measured(careful('damn'));
  expect(rude).toMatchObject({ verdict: 'worse', objections: { is: 'it is rude' } });
});

test('what breaks its contract, or does not take the input any more, is worse', async () => {
  const broken = await measured(() => ({ says: { outcome: 'sent', value: 1 } }));
  expect(broken).toMatchObject({
    verdict: 'worse',
    is: { outcome: 'failed', reason: 'contract', repairs: 1 },
  });
  const narrow = { ...clerk, version: 2, input: z.strictObject({ other: z.string() }) };
  expect(await measured(careful('done'), narrow as unknown as AnyAgent)).toMatchObject({
    verdict: 'worse',
    is: { outcome: 'refused', reason: 'contract' },
  });
});

test('what was not called before is read, never written', async () => {
  const other = await measured(({ calls }) =>
    calls.length === 0
      ? { wants: { tool: 'look', input: { text: 'b' } } }
      : calls.length === 1
        ? { wants: { tool: 'send', input: { text: 'b' } } }
        : { says: { outcome: 'sent', value: { text: JSON.stringify(calls[1]?.result) } } },
  );
  expect(other?.is.value).toEqual({ text: expect.stringContaining('not carried out in a shadow') });
});

test('it thinks by the models of the role in which it worked, and holds its tools only as long', async () => {
  const held: string[] = [];
  const far = {
    ...look,
    source: {
      attach: () => {
        held.push('attached');
        return async () => void held.push('let go');
      },
    },
  };
  const model = new ScriptedModel({ clerk: careful('done') });
  const router = { ...(cases[0] as Case), role: 'router' };
  for await (const { verdict } of shadow(
    { ...clerk, tools: [far, send] } as unknown as AnyAgent,
    [router],
    {
      organisation,
      model,
    },
  ))
    expect(verdict).toBe('same');
  expect(cases.map(({ role }) => role)).toEqual(['worker']);
  expect(new Set(model.calls.map(({ node, role }) => `${node} as ${role}`))).toEqual(
    new Set(['clerk as router']),
  );
  expect(held).toEqual(['attached', 'let go']);
});
