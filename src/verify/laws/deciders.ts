import type {
  ArbitrationContext,
  ArbitrationInput,
} from '../../../machines/arbitration/schemas.ts';
import type { World } from '../../kernel/system.ts';
import { idOf, parentOf, type Cell } from '../space/cell.ts';
import { always, everyEdge, type Edge, type Property } from '../space/properties.ts';
import { endOf, isLive, taskOf } from './seen.ts';

type Terms = Omit<ArbitrationInput, 'subject'>;
type Heard = ArbitrationContext['heard'];
const ADVISER = 'adviser-';

/** The context of a decision that is being made; what only reads a choice makes none. */
function decisionOf(cell: Cell | undefined): ArbitrationContext | undefined {
  if (!isLive(cell) || cell.machine !== 'arbitration') return undefined;
  const context = cell.state.context as unknown as ArbitrationContext | null;
  return context === null || context.rule === 'given' ? undefined : context;
}

/** What was defined, not what the machine remembers of it. */
const termsOf = (world: World, { node }: Cell): Terms =>
  world.node(node?.id ?? '', node?.version)?.settings as unknown as Terms;

/** What each adviser has come to, those included who ended on this edge. */
function heardOn(edge: Edge, actor: string, { heard }: ArbitrationContext): Heard {
  const now = edge.ended
    .filter((one) => parentOf(one.actor) === actor && idOf(one.actor).startsWith(ADVISER))
    .map((one) => [idOf(one.actor).slice(ADVISER.length), one.ending] as const);
  return { ...heard, ...Object.fromEntries(now) };
}

type Voice = Terms['advisers'][number] & { readonly choice: string };
const voicesOf = ({ advisers, options }: Terms, heard: Heard): Voice[] =>
  advisers.flatMap((adviser) => {
    const choice = heard[adviser.id]?.outcome ?? '';
    return options.includes(choice) ? [{ ...adviser, choice }] : [];
  });

/** The choice of a vote: counted once more, mind by mind. Nothing where it is too narrow. */
function votedBy({ options, marginAtLeast }: Terms, voices: readonly Voice[]): string | undefined {
  const counts = new Map<string, number>(options.map((option) => [option, 0]));
  for (const { mind } of voices.filter(
    (one, at) => voices.findIndex((v) => v.mind === one.mind) === at,
  )) {
    const own = voices.filter((voice) => voice.mind === mind);
    const [voice] = own.toSorted((a, b) => b.weight - a.weight);
    if (voice !== undefined && own.every(({ choice }) => choice === voice.choice))
      counts.set(voice.choice, (counts.get(voice.choice) ?? 0) + voice.weight);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const winners = options.filter((option) => {
    const others = [...counts].filter(([other]) => other !== option).map(([, count]) => count);
    const lead = (counts.get(option) ?? 0) - Math.max(...others);
    return lead > 0 && lead >= marginAtLeast * all;
  });
  return winners[0];
}

interface Case {
  readonly edge: Edge;
  readonly actor: string;
  readonly terms: Terms;
  readonly context: ArbitrationContext;
}

/** What was decided without a person; nothing where the rule may not decide, or has not. */
function ruledIn({ edge, actor, terms, context }: Case): string | undefined {
  const { author, proposed } = context;
  const { advisers, owner, ruler, rule } = terms;
  const heard = heardOn(edge, actor, context);
  const asked = advisers.filter(({ node }) => node !== author);
  const voices = voicesOf(terms, heard);
  const isSilent = asked.some(({ id, hasVeto }) => hasVeto && !voices.some((one) => one.id === id));
  if (asked.some(({ id }) => heard[id] === undefined) || isSilent) return undefined;
  if (author !== undefined && [owner, ruler?.node].includes(author)) return undefined;
  if (voices.length < terms.positionsAtLeast) return undefined;
  const choices = new Set(voices.map(({ choice }) => choice));
  if (choices.size === 1) return [...choices][0];
  const ruling = endOf(edge, `${actor}/ruler`)?.outcome ?? proposed;
  const isRead = endOf(edge, `${actor}/reading`)?.outcome === ruling;
  const chosen = rule === 'vote' ? votedBy(terms, voices) : isRead && ruler ? ruling : undefined;
  return voices.some(({ hasVeto, choice }) => hasVeto && choice !== chosen) ? undefined : chosen;
}

/** What a person has decided on this edge. */
function writtenIn({ edge, actor, context }: Case): string | undefined {
  const asked = endOf(edge, `${actor}/person`) ?? endOf(edge, `${actor}/appeal`);
  if (asked?.outcome === 'approved') return context.proposed;
  const isWritten = asked?.outcome === 'edited' || context.words !== undefined;
  return isWritten ? endOf(edge, `${actor}/rereading`)?.outcome : undefined;
}

/** What stands because nobody took it further: only where somebody could have. */
function stoodIn({ edge, actor, context }: Case): string | undefined {
  const isOpen = isLive(edge.before.cells.get(`${actor}/appeal`));
  const outcome = endOf(edge, `${actor}/appeal`)?.outcome ?? '';
  // The time of all of it may end the appeal: then its gate goes with it.
  const isOver = outcome === 'expired' || (edge.move.kind === 'timer' && outcome === 'cancelled');
  return isOpen && isOver ? context.proposed : undefined;
}

function isDecidedRightly(one: Case, choice: string): boolean {
  if (writtenIn(one) === choice || stoodIn(one) === choice) return true;
  if (ruledIn(one) !== choice) return false;
  const heard = heardOn(one.edge, one.actor, one.context);
  const isOverruled = voicesOf(one.terms, heard).some((voice) => voice.choice !== choice);
  return one.terms.nodes.appeal === undefined || !isOverruled;
}

/** The decisions that ended on an edge, each with how. */
function endedOn(world: World, edge: Edge) {
  return edge.ended.flatMap(({ actor, ending }) => {
    const cell = edge.before.cells.get(actor);
    const context = decisionOf(cell);
    if (cell === undefined || context === undefined || edge.move.kind === 'delivered') return [];
    return [{ ending, one: { edge, actor, context, terms: termsOf(world, cell) } }];
  });
}

/** The actors of an edge that were handed something by a decision. */
const handedBy = ({ handed, before, after }: Edge) =>
  handed.flatMap((actor) => {
    const parent = parentOf(actor) ?? '';
    const context = decisionOf(after.cells.get(parent)) ?? decisionOf(before.cells.get(parent));
    return context === undefined ? [] : [{ actor, id: idOf(actor), parent, context }];
  });

/** What is decided, and when a person is asked. */
const decided = (world: World): readonly Property[] => [
  everyEdge(
    '4 what is decided is what its owner, its rule or a person decided',
    ['ended'],
    (edge) =>
      endedOn(world, edge).every(
        ({ ending: { outcome }, one }) =>
          !one.terms.options.includes(outcome) || isDecidedRightly(one, outcome),
      ),
  ),
  everyEdge('4 a person is asked only where the rule may not decide', ['handed'], (edge) =>
    edge.handed.every((actor) => {
      const parent = parentOf(actor) ?? '';
      const cell = edge.before.cells.get(parent);
      const context = decisionOf(cell);
      if (idOf(actor) !== 'person' || cell === undefined || context === undefined) return true;
      if (edge.before.queued > 0) return true;
      return ruledIn({ edge, actor: parent, context, terms: termsOf(world, cell) }) === undefined;
    }),
  ),
  everyEdge('4 time does not undo what was decided', ['ended'], (edge) =>
    endedOn(world, edge).every(
      ({ ending: { outcome }, one: { actor } }) =>
        outcome !== 'expired' || !isLive(edge.before.cells.get(`${actor}/appeal`)),
    ),
  ),
  everyEdge('4 only a person leaves it undecided', ['ended'], (edge) =>
    endedOn(world, edge).every(({ ending: { outcome }, one: { actor, context } }) => {
      if (outcome !== 'undecided') return true;
      const asked = endOf(edge, `${actor}/person`) ?? endOf(edge, `${actor}/appeal`);
      return (
        ['approved', 'edited', 'rejected'].includes(asked?.outcome ?? '') ||
        context.words !== undefined
      );
    }),
  ),
  everyEdge(
    '4 no decision is without its whole record, and an answer to everybody',
    ['ended'],
    (edge) => endedOn(world, edge).every(({ ending }) => ending.reason !== 'contract'),
  ),
];

/** Who is asked, and what of it is known. */
const heard: readonly Property[] = [
  everyEdge(
    '4 advisers are asked at once, and handed nothing but the subject',
    ['handed'],
    (edge) =>
      handedBy(edge).every(({ actor, id, parent, context }) => {
        if (!id.startsWith(ADVISER)) return true;
        const input = taskOf(edge.after.cells.get(actor))?.input;
        const isFirst = !edge.before.cells.has(parent) || edge.before.queued > 0;
        return isFirst && (input === undefined || input.hash === context.subject.hash);
      }),
  ),
  everyEdge('4 who wrote it neither advises nor rules', ['handed'], (edge) =>
    handedBy(edge).every(({ actor, id, context }) => {
      const node = edge.after.cells.get(actor)?.node?.id;
      const isOwn = id === 'ruler' && context.author === context.owner;
      return context.author === undefined || (node !== context.author && !isOwn);
    }),
  ),
  everyEdge('4 who advises does not rule', ['handed'], (edge) =>
    handedBy(edge).every(({ actor, id, context }) => {
      const node = edge.after.cells.get(actor)?.node?.id;
      return id !== 'ruler' || context.advisers.every((adviser) => adviser.node !== node);
    }),
  ),
  everyEdge(
    '4 the positions that a decision has heard are those of its advisers',
    ['ended'],
    (edge) =>
      edge.ended.every(({ actor, ending }) => {
        const context = decisionOf(edge.after.cells.get(parentOf(actor) ?? ''));
        if (context === undefined || edge.after.queued > 0 || !idOf(actor).startsWith(ADVISER))
          return true;
        // Who came to no position has none, however it ended.
        const position = (outcome = '') => context.options.includes(outcome) && outcome;
        const known = context.heard[idOf(actor).slice(ADVISER.length)];
        return known !== undefined && position(known.outcome) === position(ending.outcome);
      }),
  ),
  always('3 the children of a decision stand as it has them', ({ cells, queued }) => {
    if (queued > 0) return true;
    for (const [path, cell] of cells) {
      const context = decisionOf(cell);
      if (context === undefined) continue;
      const live = [...cells].filter(([child, one]) => parentOf(child) === path && isLive(one));
      const ids = live.map(([child]) => idOf(child));
      if (ids.length !== context.open.length || !ids.every((id) => context.open.includes(id)))
        return false;
    }
    return true;
  }),
];

/** Law 4: one decider. */
export const oneDecider = (world: World): readonly Property[] => [...decided(world), ...heard];
