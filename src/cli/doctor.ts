import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config/define-config.ts';
import { isModels } from '../config/model-here.ts';
import { roleOf } from '../host/thinkers.ts';
import type { Mind, Seen } from '../model/mind.ts';
import type { AnyAgent, AnyTool } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { FAILED } from './exit-codes.ts';
import { columns, jsonText, printable } from './print.ts';
import { version } from './release.ts';

/** For each endpoint. */
const LOOK_MS = 5_000;

/** What the command line found before anything was asked. */
export interface Surroundings {
  readonly organise: () => Promise<Config>;
  /** The configuration that counts here; none: the organisation that comes with the package. */
  readonly config: string | undefined;
  /** Where the journal lies. */
  readonly store: string;
}

interface ModelSeen {
  readonly model: string;
  readonly baseURL: string;
  readonly api: string;
  readonly structured: string;
  readonly seen: Seen;
}
interface AgentSeen {
  readonly id: string;
  /** The models that think for it in order, and `code`; nobody where it needs a model. */
  readonly minds: readonly string[];
  readonly tools: readonly Pick<AnyTool, 'name' | 'effect' | 'refused'>[];
}

async function mayWrite(folder: string): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await access(at, constants.W_OK);
      return true;
    } catch (error) {
      const isMissing = (error as { readonly code?: unknown }).code === 'ENOENT';
      if (!isMissing || at === dirname(at)) return false;
    }
  }
}

async function seenOf(mind: Mind): Promise<ModelSeen> {
  return { ...mind.described, seen: await mind.look(LOOK_MS) };
}

function mindsOf(agent: AnyAgent, organisation: Organisation, model: Config['model']): string[] {
  const code = agent.act === undefined ? [] : ['code'];
  if (agent.instructions === undefined || model === undefined) return code;
  if (!isModels(model)) return ['a model of your own', ...code];
  const minds = model.mindsOf({ node: agent.id, role: roleOf(organisation, agent) });
  return [...minds.map(({ described }) => described.model), ...code];
}

const agentSeen = (agent: AnyAgent, { organisation, model }: Config): AgentSeen => ({
  id: agent.id,
  minds: mindsOf(agent, organisation, model),
  tools: agent.tools.map(({ name, effect, refused }) => ({
    name,
    effect,
    ...(refused !== undefined && { refused }),
  })),
});

function modelRow({ model, baseURL, api, structured, seen }: ModelSeen): string[] {
  const found = seen.isReached
    ? `reachable${seen.isListed === false ? ', but it does not list this model' : ''}`
    : `not reachable: ${seen.why}`;
  return [`  ${model}`, baseURL, `${api}, ${structured}`, printable(found)];
}

function agentRow({ id, minds, tools }: AgentSeen): string[] {
  const by = minds.length === 0 ? 'needs a model: refuses' : minds.join(', else ');
  const uses = tools.map(({ name, effect, refused }) => {
    const how = [...(effect === 'writes' ? ['writes'] : []), ...(refused ? [refused] : [])];
    return how.length === 0 ? name : `${name} (${how.join('; ')})`;
  });
  return [`  ${id}`, by, printable(uses.join(', '))];
}

/** `nova doctor`: what is configured, what of it can be reached, and what each agent can do right now. */
export async function doctor(
  { organise, config: file, store }: Surroundings,
  { json }: { readonly json?: boolean },
): Promise<number> {
  const config = await organise();
  const { organisation, model } = config;
  const models = isModels(model) ? await Promise.all(model.minds.map(seenOf)) : [];
  const agents = organisation.agents.map((agent) => agentSeen(agent, config));
  const isWritable = await mayWrite(store);
  const isInline = organisation.module === undefined;
  const found = {
    nova: version(),
    node: process.versions.node,
    config: file ?? null,
    store: { folder: store, isWritable },
    organisation: {
      id: organisation.id,
      teams: (organisation.teams ?? []).map(({ id }) => id),
      isInline,
    },
    models,
    agents,
  };
  const idle = agents.filter(({ minds }) => minds.length === 0).length;
  const lines = [
    columns([
      ['nova', `${found.nova}, Node ${found.node}`],
      ['configuration', file ?? 'none: the organisation that comes with Nova'],
      ['journal', `${store}${isWritable ? '' : ' (may not be written)'}`],
      [
        'organisation',
        `${organisation.id}: ${agents.length} agents, ${found.organisation.teams.length} teams`,
      ],
      ...(isInline ? [['', 'its agents run on the main thread, as it names no `module`']] : []),
      [
        'models',
        models.length > 0
          ? ''
          : model === undefined
            ? 'none: set NOVA_MODEL, or `models` in nova.config.ts'
            : 'one of your own',
      ],
    ]),
    ...(models.length > 0 ? [columns(models.map(modelRow))] : []),
    columns([
      ['agents', idle === 0 ? 'each can work' : `${idle} of ${agents.length} need a model`],
    ]),
    columns(agents.map(agentRow)),
  ];
  process.stdout.write(`${json ? jsonText(found) : lines.join('\n')}\n`);
  const isWell =
    isWritable && models.every(({ seen }) => seen.isReached && seen.isListed !== false);
  return isWell ? 0 : FAILED;
}
