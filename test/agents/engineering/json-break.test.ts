// Goal: the place where a file stops being JSON is the place that a person has to look at.
// Method: broken texts with known places; any value and any text from a generator, against the engine.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonBreak } from '../../../agents/engineering/kit/json-break.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each([
  ['{"a": 1,}', 8],
  ['[1, 2', 5],
  ['{"a" 1}', 5],
  ['[1}', 2],
  ['{} x', 3],
  ['[1.2.3]', 4],
  ['[01]', 2],
  ['"\\x"', 0],
  ['["\u0001"]', 1],
  ['[\u00a01]', 1],
  ['{"a": tru}', 6],
  ['["\\u00', 1],
])('tells where %s stops being JSON', (text, place) => {
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect(jsonBreak(text)).toBe(place);
});

test('what is JSON breaks nowhere', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t'), (json, space) => {
      expect(jsonBreak(space + json)).toBe(space.length + json.length);
    }),
  );
});

test('one sign changed, or the rest missing, breaks at or after that place', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 1 }), (json, nat, sign) => {
      const at = nat % json.length;
      const broken = json.slice(0, at) + sign + json.slice(at + 1);
      const place = jsonBreak(broken);
      expect(place).toBeLessThanOrEqual(broken.length);
      // What breaks before the end is no JSON for the engine either.
      const breaksEarly = broken.slice(place).trim() !== '';
      expect(breaksEarly && parses(broken)).toBe(false);
    }),
  );
});
