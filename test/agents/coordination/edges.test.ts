// Goal: a planner is told what of its graph does not hold, as far as the catalogue tells it.
// Method: its own check, over one graph that holds and one for each way in which it may not.
import { expect, test } from 'vitest';
import { planner } from '../../../agents/coordination/planner.ts';
import { asked } from './play.ts';

const entry = (id: string, takes: readonly string[] | undefined, gives: object) =>
  ({ id, does: `Does ${id}.`, doesNot: {}, examples: [], ready: true, takes, gives }) as never;
const catalogue = [
  entry('importer', ['text', 'path?'], { imported: ['rows', 'path'], empty: [] }),
  entry('auditor', ['text', 'rows', 'limit?'], { audited: ['sum'] }),
  entry('reader', undefined, { read: [] }),
  entry('idler', ['mood?'], { idled: [] }),
  entry('adder', ['rows'], { added: ['sum'] }),
];
const rows = { from: { part: 'in', outcome: 'imported', key: 'rows' }, to: 'rows' };
const first = { id: 'in', node: 'importer', input: { text: 'Import it' } };
const audit = { id: 'sum', node: 'auditor', input: { text: 'add it up' }, takes: [rows] };
const faultOf = (parts: unknown, bounds = {}) => {
  const text = 'Import it; add it up';
  const value = { plan: { parts }, unplaced: [{ text, nearest: [] }] };
  const input = planner.input.parse({ ...asked(text, catalogue), bounds });
  return planner.check?.(input, { outcome: 'planned', value });
};

test('a graph that holds is passed, whatever its order', () => {
  expect(faultOf([first, audit])).toBeUndefined();
  expect(faultOf([audit, first])).toBeUndefined();
  const whole = { from: { part: 'in', outcome: 'empty' }, to: 'rows' };
  expect(faultOf([first, { ...audit, takes: [whole] }])).toBeUndefined();
  expect(faultOf([{ ...first, node: 'idler' }])).toBeUndefined();
});

test.each<[string, unknown[], string, object?]>([
  ['nobody', [{ ...first, node: 'smith' }], 'smith is not in the catalogue'],
  [
    'an outcome that never comes',
    [first, { ...audit, takes: [{ ...rows, from: { ...rows.from, outcome: 'read' } }] }],
    'part sum: in never comes to read',
  ],
  [
    'a key that does not come',
    [first, { ...audit, takes: [{ ...rows, from: { ...rows.from, key: 'sum' } }] }],
    'part sum: not every imported of in has a sum',
  ],
  [
    'a key that nobody takes',
    [first, { ...audit, takes: [rows, { ...rows, to: 'row' }] }],
    'part sum: its input has no key row; it takes text, rows, limit?',
  ],
  [
    'words for who does not take them',
    [first, { ...audit, node: 'adder' }],
    'part sum: its input has no key text; it takes rows',
  ],
  [
    'a key that is given too',
    [first, { ...audit, input: { text: 'add it up', rows: [] } }],
    'part sum: rows is given and taken; leave it out of the input',
  ],
  ['a key that is missing', [{ ...audit, takes: undefined }], 'part sum: its input lacks rows'],
  ['a text alone', [{ ...first, input: 'Import it' }], 'part in: its input is no object'],
  [
    'somebody without keys',
    [first, { id: 'r', node: 'reader', input: {}, takes: [rows] }],
    'part r: its input has no keys to take into',
  ],
  ['too much', [first, audit], 'the plan has 2 parts; the limit is 1', { maxParts: 1 }],
])(
  'a graph with %s is refused with a sentence that says what to mend',
  (_, parts, fault, bounds) => {
    expect(faultOf(parts, bounds)).toBe(fault);
  },
);
