// Goal: the pictures in the repository show the code as it is, and are sound SVG that needs nothing else.
// Method: every picture is made anew in memory, in another order too, and held against its file; each SVG is read by a
// strict little parser of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { credit } from '../../docs/credit.ts';
import { refunds } from '../../docs/refunds.ts';
import { builtinMachines } from '../../machines/builtin.ts';
import { repository } from '../../visualizations/code.ts';
import { makePictures, pictureFolder } from '../../visualizations/pictures.ts';
import { statechartOf } from '../../visualizations/statechart.ts';
import { statechartSvg } from '../../visualizations/svg.ts';
import { stations, waysIn, waysOut } from '../../visualizations/wheel/stations.ts';
import { faultsOfXml } from './xml-faults.ts';

const maxBytes = 200_000;
const folder = join(repository, pictureFolder);
const pictures = await makePictures();
const onDisk = readdirSync(folder);

/** What to say about a picture that is not as its file is. */
function staleness(name: string): string | undefined {
  const there = onDisk.includes(name) ? readFileSync(join(folder, name), 'utf8') : undefined;
  return there === pictures.get(name)
    ? undefined
    : `${pictureFolder}/${name} is stale: npm run pictures`;
}

test.each([...new Set([...pictures.keys(), ...onDisk])])('%s is as the code is', (name) => {
  expect(staleness(name)).toBeUndefined();
});

test('every machine has its pictures, and so have the worked team, the wheel and the house', () => {
  const drawn = [...Object.keys(builtinMachines), refunds.id, credit.id];
  const machines = drawn.flatMap((id) => [`${id}.svg`, `${id}.mmd`]);
  expect([...pictures.keys()].toSorted()).toEqual(
    [...machines, 'house.svg', 'wheel.svg'].toSorted(),
  );
});

test.each([...pictures].filter(([name]) => name.endsWith('.svg')))(
  '%s is well-formed, small, and reaches for nothing',
  (_, text) => {
    expect(faultsOfXml(text)).toEqual([]);
    expect(Buffer.byteLength(text)).toBeLessThan(maxBytes);
    expect(text).not.toMatch(/<script|<image|<foreignObject|href=|url\(|@import|NaN|undefined/);
  },
);

test('the same machine comes to the same bytes, whatever was drawn before it', async () => {
  for (const machine of Object.values(builtinMachines).toReversed()) {
    // oxlint-disable-next-line no-await-in-loop
    const again = await statechartSvg(statechartOf(machine));
    expect(again === pictures.get(`${machine.id}.svg`)).toBe(true);
  }
});

test('the wheel stands on files that exist, in the order of a turn', () => {
  expect(stations().map(({ name }) => name)).toEqual(['mailbox', 'step', 'journal', 'execute']);
  for (const { file } of stations())
    expect(readFileSync(join(repository, file), 'utf8')).not.toBe('');
  expect(waysIn().length * waysOut().length).toBeGreaterThan(0);
});
