import { mermaidText } from 'nova-agents/inspect';
import { connectionsOf, type Connection } from './drawing/connections.ts';
import { anywhereIn, initialOf } from './drawing/connections.ts';
import { linesOf } from './drawing/states.ts';
import { statesWithin, type ChartArrow, type ChartState, type Statechart } from './statechart.ts';

/** Everything that is needed to write a part of the chart. */
interface Writing {
  readonly names: ReadonlyMap<string, string>;
  readonly parents: ReadonlyMap<string, string>;
  readonly connections: readonly Connection[];
  readonly inner: ReadonlyMap<string, readonly ChartArrow[]>;
}

/** The same graph as text for Mermaid: a `stateDiagram-v2`. */
export function statechartMermaid(chart: Statechart): string {
  const states = statesWithin(chart.root);
  const writing: Writing = {
    names: namesOf(states),
    parents: parentsOf(states),
    connections: connectionsOf(chart),
    inner: Map.groupBy(
      chart.arrows.filter(({ targets }) => targets.length === 0),
      ({ source }) => source,
    ),
  };
  const { version, maxIterations } = chart;
  return [
    'stateDiagram-v2',
    ...(version === undefined ? [] : [`  %% version ${mermaidText(version)}`]),
    ...(maxIterations === undefined ? [] : [`  %% maxIterations ${maxIterations}`]),
    ...linesOf(chart.root, writing.inner.get(chart.root.id) ?? []).map(
      ({ text }) => `  %% ${mermaidText(text)}`,
    ),
    ...contentOf(chart.root, writing).map((line) => `  ${line}`),
    ...writing.connections
      .filter((connection) => roomOf(connection, writing) === undefined)
      .flatMap((connection) => relations(connection, writing))
      .map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** Names that Mermaid can read: the path of a state, and a number where two would be the same. */
function namesOf(states: readonly ChartState[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    states.flatMap(({ id }) =>
      [id, anywhereIn(id)].map((key): [string, string] => {
        const base = `s_${key.replace(/\W/g, '_')}`;
        let name = base;
        for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
        taken.add(name);
        return [key, name];
      }),
    ),
  );
}

const parentsOf = (states: readonly ChartState[]): Map<string, string> =>
  new Map(
    states.flatMap((state) => [
      [initialOf(state.id), state.id] as const,
      [anywhereIn(state.id), state.id] as const,
      ...state.states.map(({ id }) => [id, state.id] as const),
    ]),
  );

/** The state in which both ends lie; a connection without one is written at the end, where it moves no state. */
function roomOf({ wire }: Connection, { parents }: Writing): string | undefined {
  const room = parents.get(wire.from);
  return room === parents.get(wire.to) ? room : undefined;
}

function contentOf(state: ChartState, writing: Writing): string[] {
  const { connections, names } = writing;
  const isLeft = connections.some(({ wire }) => wire.from === anywhereIn(state.id));
  return [
    ...(isLeft ? [`state "from anywhere" as ${names.get(anywhereIn(state.id))}`] : []),
    ...state.states.flatMap((child, index) => [
      ...(state.kind === 'parallel' && index > 0 ? ['--'] : []),
      ...stateLines(child, writing),
    ]),
    ...connections
      .filter((connection) => roomOf(connection, writing) === state.id)
      .flatMap((connection) => relations(connection, writing)),
    ...state.states
      .filter(({ kind }) => kind === 'final')
      .map(({ id }) => `${names.get(id)} --> [*]`),
  ];
}

function stateLines(state: ChartState, writing: Writing): string[] {
  const name = writing.names.get(state.id) ?? '';
  const body = linesOf(state, writing.inner.get(state.id) ?? []).map(({ text }) =>
    mermaidText(text),
  );
  const title = state.kind === 'history' ? (state.history === 'deep' ? 'H*' : 'H') : state.key;
  const opening = `state "${mermaidText(title)}" as ${name}`;
  if (state.states.length === 0) return [opening, ...body.map((line) => `${name} : ${line}`)];
  return [
    `${opening} {`,
    ...contentOf(state, writing).map((line) => `  ${line}`),
    '}',
    ...(body.length === 0 ? [] : [`note right of ${name}`, ...body, 'end note']),
  ];
}

/** One line for each transition of a connection. */
function relations({ wire, says, label }: Connection, { names }: Writing): string[] {
  const from = names.get(wire.from) ?? '[*]';
  const to = names.get(wire.to) ?? '';
  if (label.length === 0) return [`${from} --> ${to}`];
  return says.split('\n').map((line) => `${from} --> ${to} : ${mermaidText(line)}`);
}
