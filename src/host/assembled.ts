import { Catalogue } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../engine/local.ts';
import { Memory } from '../memory/memory.ts';
import { Sessions } from '../sessions/sessions.ts';
import { memoryJournal } from '../store/memory-journal.ts';
import { memoryStore } from '../store/memory-store.ts';
import { catalogueOf } from '../team/catalogue.ts';
import { worldOf } from '../team/world.ts';
import { Schedules } from '../schedules/schedules.ts';
import { begins, beginsAlone } from './asks.ts';
import { Breakers } from './breakers.ts';
import { systemClock } from './clock.ts';
import { Following } from './following.ts';
import { Host } from './host.ts';
import type { NovaOptions } from './nova-options.ts';
import { Quotas } from './quotas.ts';
import { Restarts } from './restarts.ts';
import { thinkers } from './thinkers.ts';
import { inlineActors, threadActors } from './threads.ts';
import { localTools } from './tool-calls.ts';

/** Everything that an organisation at work consists of, put together. */
export function assembled(options: NovaOptions) {
  const { organisation, model, journal = memoryJournal(), store = memoryStore() } = options;
  const { clock = systemClock, maxDeadLetters, tenantBudget } = options;
  const hasModel = thinkers(organisation, model);
  const limits = maxDeadLetters === undefined ? {} : { maxDeadLetters };
  const deciders = tenantBudget?.by && { tenantDeciders: tenantBudget.by };
  const world = worldOf(organisation, { hasModel, limits, ...deciders });
  const engine = new LocalEngine(world, journal, store);
  const memory = new Memory(engine, journal, clock);
  const sessions = new Sessions(engine, clock);
  const catalogue = Catalogue.parse(catalogueOf(organisation, hasModel));
  const known = { memory, engine, journal, clock, catalogue };
  const { tools = localTools(organisation, known) } = options;
  const { module: url, id } = organisation;
  const restarts = new Restarts(clock, options.restarts);
  const actors =
    url === undefined ? inlineActors(organisation) : threadActors(url, id, { restarts });
  const following = new Following(engine, options.onTrouble);
  const onTrouble = (run: string, error: unknown) => following.trouble(run, error);
  const know = {
    organisation,
    catalogue: catalogue as Json,
    limits: options.limits ?? {},
    tenantBudget,
  };
  const schedules = new Schedules(options.schedules ?? [], {
    engine,
    clock,
    begins: ({ ask, run, scope, project }, at, principal) =>
      run === undefined
        ? begins(ask ?? '', scope, at, know, { project, principal })
        : beginsAlone(run.node, run.input, scope, at, know, { project, principal }),
  });
  const host = new Host({
    organisation,
    world,
    engine,
    journal,
    clock,
    tools,
    actors,
    model,
    breakers: new Breakers(clock, options.breakers),
    tenantBudget,
    memory,
    sessions,
    looking: schedules.look,
    onDraft: following.tell.bind(following),
    onTrouble,
  });
  return {
    store,
    clock,
    engine,
    memory,
    sessions,
    following,
    host,
    onTrouble,
    shelf: { journal, engine, world },
    quotas: new Quotas(clock, options.quota),
    know,
    schedules,
  };
}
