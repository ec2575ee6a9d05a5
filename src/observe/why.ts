import type { Json } from '../../machines/protocol/values.ts';
import { DecisionRecord } from '../../machines/arbitration/schemas.ts';
import type { ToolCall } from '../../machines/task/schemas.ts';
import type { World } from '../kernel/system.ts';
import type { JournalRecord } from '../store/ports.ts';
import { foundAt, isBad, isOwnEnd, type FaultKind, type Finding } from './blame.ts';
import { historyOf, type Act, type History } from './history.ts';
import {
  childrenOf,
  holds,
  namedIn,
  namesMore,
  parentOf,
  sourcesOf,
  valueAt,
  walkBack,
} from './origin.ts';

/** One handoff of a run, as it ended; `open` where it has not. */
export interface Station {
  /** The actor's path in the run. */
  readonly id: string;
  /** What it plays; of what plays no node the machine. */
  readonly node: string;
  readonly outcome: string;
  readonly reason?: string;
}

/** The first handoff at which things went wrong, with the values as they were; `(forgotten)` where they are. */
export interface Blame extends Station {
  readonly kind: FaultKind;
  /** When it was handed its work; milliseconds since 1970. */
  readonly at: number;
  /** What it was handed; missing where the journal does not tell it any more. */
  readonly input?: Json;
  /** What it came to, or the note that it ended with. */
  readonly said?: Json;
  /** What was said against it, by a contract, a check, a verifier, a person. */
  readonly objection?: Json;
  /** The very piece that was objected to. */
  readonly piece?: Json;
  readonly tool?: { readonly name: string; readonly input: Json; readonly result?: Json };
  /** The principal who rejected or stopped it. */
  readonly by?: string;
  /** Positions that decisions on the way overruled: who held otherwise, with what evidence, and how they were answered. */
  readonly overruled?: DecisionRecord['overruled'];
}

/** Why a run came to what it came to. */
export interface Why {
  readonly run: string;
  /** How it ended; `open` where it has not. */
  readonly outcome: string;
  readonly reason?: string;
  /** Missing: nothing went wrong, so far. */
  readonly blame?: Blame;
  /** From where it showed back to where it went wrong. */
  readonly way: readonly Station[];
  /** What ended badly and did no harm in the end. */
  readonly mended: readonly Station[];
  /** Why not everything is known: words of it were forgotten, or a definition is gone. */
  readonly gap?: string;
}

function stationOf({ id, node, machine, ending }: Act): Station {
  const { outcome = 'open', reason } = ending ?? {};
  return { id, node: node ?? machine, outcome, ...(reason !== undefined && { reason }) };
}

/** What was objected to: the place that a contract names, else the longest piece of the input that the words name. */
function pieceOf(history: History, { at, objection, kind }: Finding): Json | undefined {
  const input = history.inputOf(at);
  if (input === undefined || objection === undefined) return undefined;
  const words = typeof objection === 'string' ? objection : JSON.stringify(objection);
  // Its own check compares: a figure that was not handed to it is its own.
  if (kind === 'broken' && namesMore(words, input)) return undefined;
  if (kind !== 'misfit') return namedIn(history, words, input);
  const [, path] = /→ at (\S+)/.exec(words) ?? [];
  return path === undefined ? undefined : valueAt(input, path);
}

/** Where what an actor was handed was bad already: who said it first, over whom, and the piece. */
function traced(history: History, finding: Finding): { way: readonly Act[]; piece?: Json } {
  if (finding.mayBeHanded === undefined) return { way: [] };
  const piece = pieceOf(history, finding);
  const way = piece === undefined ? [] : walkBack(history, finding.at, piece);
  if (way.length > 0 && piece !== undefined) return { way, piece };
  // Nothing names a piece of it; but where all of it came from one, that one has said it.
  const isObjected = finding.kind === 'wrong' || finding.kind === 'misfit';
  const sources = isObjected ? sourcesOf(history, finding.at) : [];
  return { way: sources.length === 1 ? sources : [] };
}

/** The positions that a decision overruled. */
function overruledBy(history: History, { ending }: Act): DecisionRecord['overruled'] {
  const record = DecisionRecord.safeParse(history.value(ending?.value));
  return record.success ? record.data.overruled : [];
}

function blameOf(history: History, finding: Finding, at: Act, piece: Json | undefined): Blame {
  const { value } = history;
  const { kind, objection, by, call } = finding;
  const said = value(at.ending?.value ?? at.ending?.note);
  const input = history.inputOf(at);
  const { calls = [] } = at.context as { calls?: readonly ToolCall[] };
  const isBy = ({ result }: ToolCall): boolean =>
    piece !== undefined && holds(value(result), piece);
  const used = call ?? calls.find(isBy);
  const result = value(used?.result);
  return {
    ...stationOf(at),
    kind: at === finding.at ? kind : overruledBy(history, at).length > 0 ? 'overruled' : 'wrong',
    at: at.at,
    ...(input !== undefined && { input }),
    ...(said !== undefined && { said }),
    ...(objection !== undefined && { objection }),
    ...(piece !== undefined && { piece }),
    ...(used && {
      tool: {
        name: used.tool,
        input: value(used.input) ?? null,
        ...(result !== undefined && { result }),
      },
    }),
    ...(by !== undefined && { by }),
  };
}

/** Of a run that goes on: the first that ended badly in somebody who goes on. */
const firstOpenTrouble = (history: History): Act | undefined =>
  [...history.acts.values()]
    .filter((act) => isOwnEnd(act) && parentOf(history, act)?.ending === undefined)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))[0];

/**
 * Names the first handoff of a run at which things went wrong, from its journal alone: goes down from its end to whoever brought
 * it about, and where that was handed something bad, back over the wires to whoever said it first. Works for runs that go on,
 * have ended or were stopped; of one whose words are forgotten, or that lacks a definition, it tells what the rest shows, and what
 * is missing.
 * @param world what the run's machines and nodes are, as for a replay.
 * @param records the run's journal, from its beginning on.
 */
export function whyOf(world: World, run: string, records: readonly JournalRecord[]): Why {
  const history = historyOf(world, run, records);
  const [root] = history.acts.values();
  const acts = [...history.acts.values()];
  const { outcome, reason } = root?.ending ?? { outcome: 'open' };
  const isOver = root?.ending !== undefined;
  const top = isOver ? (isBad(root) ? root : undefined) : firstOpenTrouble(history);
  const told = {
    run,
    outcome,
    ...(reason !== undefined && { reason }),
    ...(history.gap !== undefined && { gap: history.gap }),
  };
  if (top === undefined) return { ...told, way: [], mended: acts.filter(isOwnEnd).map(stationOf) };
  const shown = foundAt(history, top);
  const { way, piece } = traced(history, shown);
  const at = way.at(-1) ?? shown.at;
  const stations = [...shown.through, shown.at, ...way];
  // Whoever said it may have said it for want of what somebody in it did not bring.
  const lost = at === shown.at ? undefined : childrenOf(history, at).findLast(isOwnEnd);
  const finding = lost === undefined ? shown : foundAt(history, lost);
  if (lost !== undefined) stations.push(...finding.through, finding.at);
  const overruled = stations.flatMap((act) => overruledBy(history, act));
  const blame = {
    ...blameOf(history, finding, lost === undefined ? at : finding.at, piece),
    ...(overruled.length > 0 && { overruled }),
  };
  return { ...told, blame, way: stations.map(stationOf), mended: [] };
}
