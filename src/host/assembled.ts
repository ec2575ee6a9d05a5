import { Catalogue } from '../../machines/protocol/roles.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { LocalEngine } from '../engine/local.ts';
import { Knowing } from '../memory/knowing.ts';
import { Memory } from '../memory/memory.ts';
import { Sessions } from '../sessions/sessions.ts';
import { memoryJournal } from '../store/memory-journal.ts';
import { memoryStore } from '../store/memory-store.ts';
import { catalogueOf, plannableOf } from '../team/catalogue.ts';
import { worldOf, type WorldOptions } from '../team/world.ts';
import type { Incoming, World } from '../kernel/system.ts';
import type { Commit } from '../engine/ports.ts';
import type { Journal, Store } from '../store/ports.ts';
import { Triggers } from '../triggers/triggers.ts';
import { Schedules } from '../schedules/schedules.ts';
import { begins, beginsAlone } from './asks.ts';
import { Below, type AtOnce, type Begins } from './below.ts';
import { Breakers } from './breakers.ts';
import { systemClock } from './clock.ts';
import { Following } from './following.ts';
import { unsharing } from './forgetting.ts';
import { Host } from './host.ts';
import type { NovaOptions } from './nova-options.ts';
import type { Clock } from './ports.ts';
import { Quotas } from './quotas.ts';
import { Recent } from './recent.ts';
import { Restarts } from './restarts.ts';
import { Stops } from './stops.ts';
import { thinkers } from './thinkers.ts';
import { inlineActors, threadActors, type Actors } from './threads.ts';
import { localTools } from './tool-calls.ts';

function worldFor(options: NovaOptions, hasModel: WorldOptions['hasModel']): World {
  const { organisation, maxDeadLetters, tenantBudget, projects = {}, limits = {} } = options;
  return worldOf(organisation, {
    ...(hasModel !== undefined && { hasModel }),
    ...(limits.personWithinMs !== undefined && { approveWithinMs: limits.personWithinMs }),
    limits: maxDeadLetters === undefined ? {} : { maxDeadLetters },
    projects: Object.keys(projects),
    ...(tenantBudget?.by && { tenantDeciders: tenantBudget.by }),
  });
}

type Given = Parameters<typeof begins>[3];
/** What every run is begun with, and a request beside it with what was said of such. */
interface Know extends Omit<Given, 'lessons'> {
  about(text: string, scope: string, run: string): Promise<Given>;
}

function knowFor(
  { organisation, limits = {}, tenantBudget }: NovaOptions,
  memory: Memory,
  hasModel: ReturnType<typeof thinkers>,
): Know {
  const catalogue = Catalogue.parse(plannableOf(organisation, hasModel)) as Json;
  const known = { organisation, catalogue, limits, tenantBudget };
  return {
    ...known,
    about: async (text, scope, run) => ({
      ...known,
      lessons: await memory.lessons(scope, text, run),
    }),
  };
}

function schedulesFor(
  { schedules = [] }: NovaOptions,
  parts: { readonly engine: LocalEngine; readonly clock: Clock },
  know: Know,
): Schedules {
  return new Schedules(schedules, {
    ...parts,
    begins: async ({ ask = '', run, scope, project }, at, principal, id) =>
      run === undefined
        ? begins(ask, scope, at, await know.about(ask, scope, id), { project, principal })
        : beginsAlone(run.node, run.input, scope, at, know, { project, principal }),
  });
}

/** Each run that begins is awaited by what comes after it. */
class Awaiting extends LocalEngine {
  readonly #before: (run: string) => Promise<void>;

  constructor(
    world: World,
    journal: Journal,
    store: Store,
    before: (run: string) => Promise<void>,
  ) {
    super(world, journal, store);
    this.#before = before;
  }

  override async submit(run: string, incoming: Incoming): Promise<Commit> {
    if (incoming.kind === 'started') await this.#before(run);
    return super.submit(run, incoming);
  }
}

/** Agents' code runs in threads where its module is known. */
function actorsOf({ organisation, ...options }: NovaOptions, clock: Clock): Actors {
  const { module: url, id } = organisation;
  if (url === undefined) return inlineActors(organisation);
  return threadActors(url, id, { clock, restarts: new Restarts(clock, options.restarts) });
}

/** What is known from earlier. */
function remembering(
  engine: LocalEngine,
  journal: Journal,
  clock: Clock,
  unshare: ConstructorParameters<typeof Memory>[4],
) {
  const knowing = new Knowing(engine);
  return {
    knowing,
    memory: new Memory(engine, journal, clock, knowing, unshare),
    recent: new Recent({ engine, journal, knowing }),
    sessions: new Sessions(engine, journal, clock, knowing),
  };
}

/** Everything that an organisation at work consists of, put together. */
export function assembled(options: NovaOptions) {
  const { organisation, model, journal = memoryJournal(), store = memoryStore() } = options;
  const { clock = systemClock, tenantBudget, projects = {} } = options;
  const hasModel = thinkers(organisation, model);
  const world = worldFor(options, hasModel);
  const engine = new Awaiting(world, journal, store, (run) => triggers.await(run));
  const unshare = unsharing(engine, () => host);
  const remembers = remembering(engine, journal, clock, unshare);
  const catalogue = catalogueOf(organisation, hasModel);
  const known = { ...remembers, engine, journal, clock, catalogue };
  const { tools = localTools(organisation, known) } = options;
  const actors = actorsOf(options, clock);
  const following = new Following(engine, options.onTrouble);
  const onTrouble = (run: string, error: unknown) => following.trouble(run, error);
  const know = knowFor(options, remembers.memory, hasModel);
  const schedules = schedulesFor(options, { engine, clock }, know);
  const alone: Begins = ({ node, input, scope }, at, who) =>
    beginsAlone(node, input, scope, at, know, who);
  const shelf = { journal, engine, world };
  const atOnce: AtOnce = (begin) => stops.begin(begin);
  const beginning = { engine, now: () => clock.now(), begins: alone, atOnce };
  const below: Below = new Below({
    ...beginning,
    following,
    organisation,
    projects,
    takeUp: (run) => host.takeUp(run),
    stop: (run, principal) => stops.stop(run, principal),
  });
  const host: Host = new Host({
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
    ...remembers,
    looking: schedules.look,
    below,
    onDraft: following.tell.bind(following),
    onTrouble,
  });
  const { triggers: declared } = organisation;
  const triggers: Triggers = new Triggers({ ...beginning, declared, store, onTrouble });
  engine.onCommit(triggers.hear);
  const stops: Stops = new Stops(shelf, host, () => clock.now(), onTrouble, below);
  return {
    store,
    clock,
    engine,
    ...remembers,
    catalogue,
    following,
    host,
    onTrouble,
    shelf,
    stops,
    triggers,
    quotas: new Quotas(clock, options.quota),
    know,
    schedules,
  };
}
