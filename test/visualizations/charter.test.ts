// Goal: the picture of a charter shows all of it, by its definition alone, and no text and no kind of node can break it.
// Method: the graph of one team with everything is compared part by part and found again in both pictures, whose boxes and
// labels must not lie on each other; then texts of what means something in XML and Mermaid, and a kind nobody knows.
import { expect, test } from 'vitest';
import { charterGraph, charterMermaid } from 'nova-agents/inspect';
import { charterSvg } from '../../visualizations/charter.ts';
import { letters, refunds } from '../../docs/refunds.ts';
import { nova } from '../cli/nova-process.ts';
import { desk, support } from '../team/support.ts';
import { everything } from './everything-team.ts';
import { faultsOfXml } from './xml-faults.ts';

const graph = charterGraph(everything);
const teams = [support, desk, refunds, letters, everything] as const;

test('the graph has its nodes with what is said of them', () => {
  const says = Object.fromEntries(
    graph.nodes.map(({ key, kind, says: all }) => [key, [kind, ...all]]),
  );
  expect(says['three']?.slice(0, 2)).toEqual(['agent', 'plays three-under-another-name']);
  expect(says['check']).toEqual(['gate', 'the requester decides', 'within 90 seconds']);
  expect(says['board']).toEqual(['gate', 'ada or eve or somebody-else decides', 'within 1500 ms']);
  expect(says['many']).toEqual(['fan', '▸ one', '▸ other: two', '▸ third', 'at most 2 at once']);
});

test('the graph has every route, its ends, and those of otherwise', () => {
  expect([graph.start, graph.version]).toEqual(['one', 12]);
  expect(graph.ends.map(({ name, isDeclared }) => [name, isDeclared])).toEqual([
    ['done', true],
    ['undone', true],
    ['failed', false],
    ['expired', false],
  ]);
  const from = (key?: string) => graph.routes.filter((route) => route.from === key);
  expect(from('board')).toEqual([
    { from: 'board', outcome: 'approved', to: { end: 'done' } },
    { from: 'board', outcome: 'edited', to: { node: 'three' }, max: 1 },
    { from: 'board', outcome: 'rejected', to: { end: 'undone' } },
    { from: 'board', outcome: 'failed', to: { node: 'check' }, max: 1 },
  ]);
  expect(from().map(({ outcome }) => outcome)).toEqual(['refused', 'failed', 'expired']);
});

const boxesIn = (svg: string, style: string) =>
  [...svg.matchAll(new RegExp(`<rect class="${style}"([^>]*)>`, 'g'))].map(
    ([, attributes = '']) => {
      const of = (name: string) =>
        Number(new RegExp(` ${name}="([\\d.-]+)"`).exec(attributes)?.[1]);
      return {
        x: of('x'),
        y: of('y'),
        right: of('x') + of('width'),
        bottom: of('y') + of('height'),
      };
    },
  );
type Box = ReturnType<typeof boxesIn>[number];
const meet = (a: Box, b: Box): boolean =>
  a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;

test.each(teams)('$id is drawn, every word of it, and nothing on top of another', async (team) => {
  const svg = await charterSvg(charterGraph(team));
  expect(faultsOfXml(svg)).toEqual([]);
  const { nodes, ends, routes } = charterGraph(team);
  for (const word of [...nodes.map(({ key }) => key), ...ends.map(({ name }) => name), team.id])
    expect(svg).toContain(`>${word}</text>`);
  for (const { outcome, max } of routes) {
    expect(svg).toContain(`>${outcome}</text>`);
    expect(
      max === undefined || svg.includes(max === 1 ? '>at most once<' : `>at most ${max} times<`),
    ).toBe(true);
  }
  const labels = boxesIn(svg, 'plate');
  const others = ['final', 'pseudo', 'state'].flatMap((style) => boxesIn(svg, style));
  expect(labels.length).toBeGreaterThan(2);
  const overlaps = labels.flatMap((label, at) =>
    [...labels.slice(at + 1), ...others].filter((other) => meet(label, other)),
  );
  expect(overlaps).toEqual([]);
});

test.each(teams)('$id is written for Mermaid, every node, end and route of it once', (team) => {
  const { nodes, ends, routes } = charterGraph(team);
  const lines = charterMermaid(charterGraph(team)).trimEnd().split('\n');
  expect(lines[0]).toBe('flowchart TD');
  const names = [...nodes.map(({ key }) => `n_${key}`), ...ends.map(({ name }) => `e_${name}`)];
  for (const name of names)
    expect(
      lines.filter((line) => line.startsWith(`  ${name}`) && !line.includes('>|')),
    ).toHaveLength(1);
  const outcomes = lines.flatMap((line) => /\|"(.*)"\|/.exec(line)?.[1]?.split('<br/>') ?? []);
  const wanted = routes.flatMap(({ outcome, max }) =>
    max === undefined ? [outcome] : [outcome, max === 1 ? 'at most once' : `at most ${max} times`],
  );
  expect(outcomes.toSorted()).toEqual(wanted.toSorted());
});

test('what means something in XML or Mermaid is text, and a kind that nobody knows is a node', async () => {
  const hostile = '</text><script>alert("&\u0000\uD800")</script>"]; end %% -->|x|';
  const nodes = { ...letters.nodes, writer: { kind: 'plan', id: hostile, does: hostile } };
  const made = charterGraph({ ...letters, does: hostile, nodes } as unknown as typeof letters);
  expect(made.nodes[0]).toMatchObject({ key: 'writer', kind: 'plan' });
  const svg = await charterSvg(made);
  expect(faultsOfXml(svg)).toEqual([]);
  expect(svg).not.toContain('<script');
  const [line = ''] = charterMermaid(made)
    .split('\n')
    .filter((one) => one.includes('n_writer('));
  expect(line).toMatch(/^ {2}n_writer\("writer<br\/>plan<br\/>[^"<]*<br\/>[^"<]*"\)$/);
  expect(charterMermaid(made)).not.toContain('script>');
});

test('nova picture prints the teams of a module, and says so where there is none', async () => {
  const { out, code } = await nova(['picture', '../../../docs/refunds.ts']);
  expect(code).toBe(0);
  for (const team of [refunds, letters])
    expect(out).toContain(`\`\`\`mermaid\n${charterMermaid(charterGraph(team))}\`\`\`\n`);
  const none = await nova(['picture']);
  expect([none.code, none.err]).toEqual([
    64,
    'nova: there is no team to draw: defineTeam makes one\n',
  ]);
});
