import {
  limitText,
  type CharterGraph,
  type CharterNode,
  type CharterRoute,
} from './charter-graph.ts';

/** Text in which nothing means anything to Mermaid: other characters are written by their numbers. */
export const mermaidText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\p{L}\p{N} .,_()[\]/*▸⟲…-]/gu, (mark) => `#${mark.codePointAt(0) ?? 0};`);

/** How each kind of node is framed; a kind without a frame of its own gets round corners. */
const frames: Readonly<Record<string, readonly [string, string]>> = {
  agent: ['[', ']'],
  gate: ['{{', '}}'],
  fan: ['[/', '/]'],
  team: ['[[', ']]'],
};
const ROUND = ['(', ')'] as const;
const OTHERWISE = 'otherwise';

const named = (prefix: string, name: string): string => `${prefix}_${name.replace(/\W/g, '_')}`;
const nodeName = (key: string): string => named('n', key);
const endName = (end: string): string => named('e', end);
const quoted = (...lines: readonly string[]): string => `"${lines.map(mermaidText).join('<br/>')}"`;

function nodeLine({ key, kind, says }: CharterNode): string {
  const [open, close] = frames[kind] ?? ROUND;
  return `${nodeName(key)}${open}${quoted(key, ...(kind === 'agent' ? [] : [kind]), ...says)}${close}`;
}

/** One line for all routes between the same two. */
function routeLines(routes: readonly CharterRoute[]): string[] {
  const ways = Map.groupBy(routes, ({ from, to }) => {
    const target = 'end' in to ? endName(to.end) : nodeName(to.node);
    return from === undefined ? `${OTHERWISE} -.-> ${target}` : `${nodeName(from)} --> ${target}`;
  });
  return [...ways].map(([way, all]) => {
    const [source, arrow, target] = way.split(' ');
    const label = all.flatMap(({ outcome, max }) => [
      outcome,
      ...(max === undefined ? [] : [limitText(max)]),
    ]);
    return `${source} ${arrow}|${quoted(...label)}| ${target}`;
  });
}

/** The graph of a charter as text for Mermaid: a `flowchart`, as a README takes it between \`\`\`mermaid and \`\`\`. */
export function charterMermaid({ id, version, start, nodes, ends, routes }: CharterGraph): string {
  const quiet = ends.flatMap(({ name, isDeclared }) => (isDeclared ? [] : [endName(name)]));
  return [
    'flowchart TD',
    `%% team ${mermaidText(id)}, version ${version}`,
    `start((" ")) --> ${nodeName(start)}`,
    ...nodes.map(nodeLine),
    ...ends.map(({ name }) => `${endName(name)}([${quoted(name)}])`),
    `${OTHERWISE}(${quoted('any node, otherwise')})`,
    ...routeLines(routes),
    'classDef quiet stroke-dasharray: 3 3',
    `class ${[OTHERWISE, ...quiet].join(',')} quiet`,
  ]
    .map((line, at) => (at === 0 ? line : `  ${line}`))
    .join('\n')
    .concat('\n');
}
