// An organisation whose agents say everything that they hear: what reaches one of them stands in all that comes of it.
import * as z from 'zod';
import {
  Ask,
  defineAgent,
  defineOrganisation,
  defineTeam,
  defineTool,
  gate,
  roleContracts,
  type Model,
} from 'nova-agents';
import { recall, remember } from 'nova-agents/tools';
import { ScriptedModel } from 'nova-agents/testing';
import { promptOf } from '../../src/model/prompt.ts';
import { listener } from '../fixtures/listener.ts';
import type { Canaries, Place } from './canaries.ts';

/** What is the case in one world: filled anew for each. */
export interface Scene {
  canaries: Canaries;
  placeOf: (run: string) => Place;
}

const Text = z.strictObject({ text: z.string() });
const told = { told: Text };
const base = { version: 1, input: Ask, outcomes: told, examples: [] } as const;
const runOf = (key: string): string => key.slice(0, key.indexOf('#'));
const textIn = ({ value }: { readonly value: unknown }): string => (value as { text: string }).text;

function toolsOf(scene: Scene) {
  const said = (what: string, key: string, isOpen = false): string =>
    scene.canaries.mint(what, scene.placeOf(runOf(key)), isOpen);
  const tool = (name: string, effect: 'reads' | 'writes', isOpen = false) =>
    defineTool({
      name,
      does: `It ${effect}.`,
      input: Text,
      output: Text,
      effect,
      inDoubt: 'reissue',
      async run({ text }, { key, scope, project }) {
        const place = scene.placeOf(runOf(key));
        scene.canaries.look(`input of ${name}`, place, [text, project]);
        if (scope !== place.scope)
          scene.canaries.leaks.add(`${name} of ${place.run} is in ${scope}`);
        if (text.includes('trip')) throw new Error(`tripped over ${said('tool error', key)}`);
        return { text: `${name} ${said(`answer of ${name}`, key, isOpen)}` };
      },
    });
  return {
    look: tool('look', 'reads'),
    survey: tool('survey', 'reads', true),
    pay: tool('pay', 'writes'),
  };
}

const thinker = defineAgent({
  ...base,
  id: 'thinker',
  does: 'Thinks.',
  recalls: true,
  instructions: () => 'Think.',
});

const planner = defineAgent({
  id: 'planner',
  version: 1,
  does: 'Has each node named before the colon do it.',
  ...roleContracts.planner,
  examples: [],
  act({ text }, say) {
    const [nodes = ''] = text.split(': ');
    const parts = nodes
      .split('+')
      .map((node, at) => ({ id: `p${at}`, node, input: { text: text.slice(nodes.length + 2) } }));
    return say.planned({ plan: { parts }, unplaced: [] });
  },
});

const composer = defineAgent({
  id: 'composer',
  version: 1,
  does: 'Tells all that came back.',
  ...roleContracts.composer,
  examples: [],
  act({ report }, say) {
    const { got, lost } = report ?? { got: [], lost: [] };
    const notDone = lost.map(({ node, note }) => ({ what: node, why: JSON.stringify(note) }));
    return say.composed({ text: got.map(textIn).join(' / '), contributors: [], notDone });
  },
});

function agentsOf({ look, survey, pay }: ReturnType<typeof toolsOf>) {
  const clerk = defineAgent({
    ...base,
    id: 'clerk',
    does: 'Does what is written, word by word, and tells all that it heard.',
    tools: [recall, remember, look, pay],
    limits: { maxRepairs: 1 },
    act: async ({ text }, say, io) => {
      const heard = [text];
      for (const word of text.split(' ')) {
        if (word === 'look') heard.push((await io.tool(look, { text })).text);
        if (word === 'pay') heard.push((await io.tool(pay, { text })).text);
        if (word === 'recall') {
          const { records, runs } = await io.tool(recall, { words: text, runs: 3 });
          heard.push(...records.map((record) => record.text), ...runs.map((run) => run.asked));
        }
        if (word === 'note') await io.tool(remember, { kind: 'fact', text });
        if (word === 'fail') throw new Error(heard.join('; '));
        if (word === 'break') return say.told({ [heard.join('; ')]: 7 } as never);
        if (word === 'refuse') return say.refused({ reason: heard.join('; ') });
      }
      return say.told({ text: heard.join('; ') });
    },
  });
  const teller = defineAgent({
    ...base,
    id: 'teller',
    does: 'Tells everybody of a scope the same.',
    tools: [recall, survey],
    shared: { freshMs: 600_000 },
    async act({ text }, say, io) {
      const { records } = await io.tool(recall, { words: text });
      const seen = await io.tool(survey, { text });
      return say.told({ text: [seen.text, ...records.map((record) => record.text)].join('; ') });
    },
  });
  const desk = defineTeam({
    id: 'desk',
    version: 1,
    does: 'Has a person read what the clerk heard.',
    input: Ask,
    outcomes: told,
    // Longer than from one day to the next.
    nodes: { clerk, reader: gate({ subject: Text, withinMs: 604_800_000 }) },
    start: { to: 'clerk' },
    routes: {
      clerk: { told: { to: 'reader' } },
      reader: {
        approved: { end: 'told' },
        edited: { end: 'told' },
        rejected: { end: 'told', with: () => ({ text: 'no' }) },
      },
    },
    otherwise: {
      refused: { end: 'refused' },
      failed: { end: 'failed' },
      expired: { end: 'expired' },
    },
  });
  return { agents: [clerk, teller, thinker, planner, composer], desk };
}

/** A model that says again what it was handed and recalled, and puts on record what it is sent as one over the network does. */
function modelOf(scene: Scene): Model {
  const scripted = new ScriptedModel({
    thinker: ({ input, memory, runs }) => {
      const { text } = input as { text: string };
      const asked = runs?.runs.map((run) => run.asked) ?? [];
      const all = [text, ...memory.map((record) => record.text), ...asked].join('; ');
      if (text.includes('fail')) throw new Error(`cannot think of ${all}`);
      return { says: { outcome: 'told', value: { text: all } } };
    },
  });
  return {
    async call(call, signal, hearing) {
      const { instructions, messages } = promptOf(call, { maxPromptTokens: 1e6, isHeld: true });
      scene.canaries.look('prompt', scene.placeOf(runOf(call.key)), [instructions, messages]);
      scene.canaries.lookForAny('instructions', instructions);
      await hearing?.onPrompt([instructions, ...messages.map((message) => ({ ...message }))]);
      return scripted.call(call, signal);
    },
  };
}

/** The organisation and its model. */
export function officeOf(scene: Scene) {
  const { agents, desk } = agentsOf(toolsOf(scene));
  const organisation = defineOrganisation({
    id: 'office',
    agents,
    teams: [desk],
    machines: [listener],
    roles: { planner: 'planner', composer: 'composer' },
  });
  return { organisation, model: modelOf(scene) };
}

/** Something that is asked every hour in each of some scopes. */
export const hourly = (scopes: readonly string[], canaries: Canaries) =>
  scopes.map((scope) => ({
    id: 'hourly',
    cron: '0 * * * *',
    ask: `thinker: recall roof ${canaries.mint('schedule', { scope }, true)}`,
    scope,
    project: '.',
  }));

/** Everything that needs no time to pass. */
export async function quiet(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
}
