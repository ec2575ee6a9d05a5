// Goal: whoever waits for a long check sees that it goes on, and a log is not flooded by it.
// Method: a view over a stream that is read, on a terminal and not, with a clock in the hand.
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { CheckView } from '../../src/cli/check-view.ts';

function viewed(isTTY: boolean) {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 60 });
  const clock = { at: 0 };
  const view = new CheckView(stream as unknown as typeof process.stderr, () => clock.at);
  const hear = (at: number) => {
    clock.at = at;
    view.hear('a request', { states: 12_345, edges: at, queued: 7 });
  };
  const said = () => (stream.read() as Buffer | null)?.toString() ?? '';
  return { view, hear, said };
}

test('a log has a line every five seconds at most, none before, and no orders for a terminal', () => {
  const { hear, said } = viewed(false);
  for (let at = 0; at < 11_000; at += 10) hear(at);
  const line = (at: number) =>
    `a request: 12,345 states, ${at.toLocaleString('en')} transitions, 7 states to go on from …\n`;
  expect(said()).toBe(line(5_000) + line(10_000));
});

test('a terminal has one living line that fits, drawn ten times a second at most, and what is said stays', () => {
  const { view, hear, said } = viewed(true);
  for (let at = 0; at <= 250; at += 10) hear(at);
  view.say('space of a request: holds');
  const away = '\r\u001b[2K';
  const [before, first = '', second = '', last] = said().split(away);
  expect([before, last]).toEqual(['', 'space of a request: holds\n']);
  expect(first).toMatch(/^a request: 12,345 states, 100 transitions/);
  expect(second).toMatch(/^a request: 12,345 states, 200 transitions/);
  expect(first).toHaveLength(59);
});
