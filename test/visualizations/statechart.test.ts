// Goal: a picture shows every construct of a machine, by the machine's own definition, and no name can break it.
// Method: the graph of one small machine with every construct is compared part by part; machines whose names are made
// of what means something in XML and Mermaid are drawn and read back.
import { createMachine } from 'xstate';
import { describe, expect, test } from 'vitest';
import { escaped } from '../../visualizations/drawing/xml.ts';
import { widthOf, wrapped } from '../../visualizations/drawing/text.ts';
import { withoutShortcuts } from '../../visualizations/house/plan.ts';
import { statechartMermaid } from '../../visualizations/mermaid.ts';
import { statechartOf, statesWithin } from '../../visualizations/statechart.ts';
import { probe } from '../../visualizations/statechart/probe.ts';
import { statechartSvg } from '../../visualizations/svg.ts';
import { everythingMachine } from './everything-machine.ts';
import { faultsOfXml } from './xml-faults.ts';

const chart = statechartOf(everythingMachine);
const stateAt = (id: string) =>
  statesWithin(chart.root).find((state) => state.id === `everything${id}`);
const arrowsOf = (id: string) =>
  chart.arrows
    .filter(({ source }) => source === `everything${id}`)
    .map(({ event, guard, targets }) => [event, guard, ...targets]);

describe('the graph of a machine', () => {
  test('has its name, version and limit', () => {
    expect(chart).toMatchObject({ id: 'everything', version: '7', maxIterations: 9 });
  });

  test('has its states by kind, in their order', () => {
    const kinds = statesWithin(chart.root).map(({ key, kind }) => `${key} ${kind}`);
    expect(kinds).toEqual([
      'everything compound',
      'calm atomic',
      'busy parallel',
      'left compound',
      'one atomic',
      'past history',
      'right compound',
      'two atomic',
      'over final',
    ]);
    expect(stateAt('.busy.left.past')?.history).toBe('deep');
    expect(stateAt('.busy.left')?.initial).toEqual(['everything.busy.left.one']);
    expect(stateAt('.calm')?.tags).toEqual(['resting']);
  });

  test('has its transitions with event, guard and target', () => {
    expect(arrowsOf('')).toEqual([['leave', undefined, 'everything.over']]);
    expect(arrowsOf('.calm')).toEqual([
      [undefined, 'mayGo and not mayGo', 'everything.over'],
      ['go', 'came a: x, y', 'everything.busy'],
      ['go', 'else', 'everything.calm'],
      ['wait', undefined],
    ]);
    expect(arrowsOf('.busy.right.two')).toEqual([['go', undefined, 'everything.calm']]);
  });

  test('has what is asked of the kernel by name, even where params are made in code', () => {
    expect(chart.root.entry).toEqual([{ text: 'timer deadline', isWish: true }]);
    expect(stateAt('.calm')?.entry).toEqual([{ text: 'effect person.ask', isWish: true }]);
    expect(stateAt('.busy')?.entry).toEqual([{ text: 'send stop', isWish: true }]);
    const wait = chart.arrows.find(({ event }) => event === 'wait');
    expect(wait?.actions).toEqual([{ text: 'set count', isWish: false }]);
  });
});

test('a probe says nothing of what it cannot reach', () => {
  const throwing = probe(() => {
    throw new Error('never');
  });
  expect(throwing).toEqual([]);
  expect(probe(({ context }) => [`id ask-${(context as { n: number }).n}`])).toEqual(['id ask']);
});

test('every construct is drawn, as SVG and for Mermaid', async () => {
  const svg = await statechartSvg(chart);
  const mermaid = statechartMermaid(chart);
  expect(faultsOfXml(svg)).toEqual([]);
  for (const text of ['everything', 'calm', 'left', 'H*', 'from anywhere', '[came a: x, y]'])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg).toContain('class="divider"');
  expect(mermaid).toMatch(/^stateDiagram-v2\n/);
  expect(mermaid).toContain('    --\n');
  expect(mermaid).toContain('s_everything_anywhere --> s_everything_over : leave');
});

describe('hostile names', () => {
  const hostile = '</text><script>alert("&\u0000\uD800")</script>\'; } %% -->';
  const machine = createMachine({
    id: 'hostile',
    initial: hostile,
    states: {
      [hostile]: { on: { [hostile.replaceAll('.', '')]: { target: 'end', guard: hostile } } },
      end: { type: 'final' },
    },
  });

  test('are text in SVG', async () => {
    const svg = await statechartSvg(statechartOf(machine));
    expect(faultsOfXml(svg)).toEqual([]);
    expect(svg).not.toContain('<script');
  });

  test('are text in Mermaid', () => {
    const mermaid = statechartMermaid(statechartOf(machine));
    expect(mermaid).not.toMatch(/[<'}&]|%%/);
    for (const line of mermaid.split('\n')) expect([0, 2]).toContain(line.split('"').length - 1);
  });

  test('are escaped, and what XML cannot hold is replaced', () => {
    expect(escaped(`a<b>&"'\u0000\uD800`)).toBe('a&lt;b&gt;&amp;&quot;&#39;\uFFFD\uFFFD');
  });
});

test('long texts are wrapped and measured', () => {
  expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
  expect(wrapped('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  expect(widthOf('mmm', 12)).toBeGreaterThan(widthOf('iii', 12));
});

test('arrows of the house that follow from others are left out, in rings too', () => {
  const passage = (from: string, to: string) => ({ from, to, isOnUse: false });
  const all = [passage('a', 'b'), passage('a', 'c'), passage('b', 'c')];
  expect(withoutShortcuts(all)).toEqual([passage('a', 'b'), passage('b', 'c')]);
  const ring = [passage('a', 'b'), passage('b', 'a')];
  expect(withoutShortcuts(ring)).toEqual(ring);
});
