// Goal: a definition that changes under its version is told before a run in flight trips over it.
// Method: the lock that comes with the package; definitions that differ in one thing each; and the command in an empty folder.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import * as z from 'zod';
import { expect, test } from 'vitest';
import { Ask, defineAgent, defineOrganisation, defineTeam, gate } from 'nova-agents';
import { organised, release, type Release } from '../fixtures/releases.ts';
import { differenceOf, lockOf, type Lock } from '../../src/verify/lock.ts';
import { folder, nova, ROOT } from './nova-process.ts';

// By the command: here the functions' texts are what the test runner makes of them.
test('11.4 the lock that lies here is that of the organisation here', async () => {
  const cwd = folder();
  copyFileSync(join(ROOT, 'nova.lock.json'), join(cwd, 'nova.lock.json'));
  expect((await nova(['lock'], { cwd })).code).toBe(0);
  const [here, there] = [cwd, ROOT].map((at) => readFileSync(join(at, 'nova.lock.json'), 'utf8'));
  expect(JSON.parse(String(here))).toEqual(JSON.parse(String(there)));
});

interface Change {
  readonly does?: string;
  readonly version?: number;
  readonly maxTurns?: number;
  readonly says?: z.ZodType<string>;
  readonly act?: () => never;
  readonly by?: readonly string[];
  readonly with?: (text: string) => string;
}
const never = (): never => {
  throw new Error('never');
};

function made(change: Change = {}): Lock {
  const { does = 'Works.', version = 1, maxTurns = 2, says = z.string(), act = never } = change;
  const { by = [], with: map = (text: string) => text } = change;
  const clerk = defineAgent({
    id: 'clerk',
    version,
    does,
    input: Ask,
    outcomes: { done: says },
    limits: { maxTurns },
    examples: [],
    act,
  });
  const lost = {
    refused: { end: 'refused' },
    failed: { end: 'failed' },
    expired: { end: 'expired' },
  };
  const desk = defineTeam({
    id: 'desk',
    version: 1,
    does: 'Works.',
    input: Ask,
    outcomes: { done: z.string() },
    nodes: { clerk, chief: gate({ subject: z.string(), by }) },
    start: { to: 'clerk' },
    routes: {
      clerk: { done: { to: 'chief', with: map } },
      chief: {
        approved: { end: 'done' },
        edited: { end: 'done' },
        rejected: { end: 'done', with: () => 'no' },
      },
    },
    otherwise: lost,
  } as never);
  return lockOf(defineOrganisation({ id: 'o', agents: [clerk], teams: [desk] }));
}

test.each<[string, Change, readonly string[]]>([
  ['a limit', { maxTurns: 3 }, ['agent clerk']],
  ['a contract', { says: z.string().min(1) }, ['agent clerk']],
  ['a mapping', { with: (text) => `${text}!` }, ['team desk']],
  ['who decides', { by: ['ada'] }, ['team desk']],
  ['what it says of itself', { does: 'Works well.' }, []],
  ['its code, of which a replay has the answers', { act: () => never() }, []],
])('11.4 %s', (_, change, names) => {
  const { changed, stale } = differenceOf(made(), made(change));
  expect(changed).toEqual(names.map((name) => `${name} has changed, and is still version 1`));
  expect(stale).toEqual([]);
});

test('11.4 another version, or another definition, only makes the lock old', () => {
  const old = 'agent clerk is version 2, locked is 1, which is not kept in `previous`';
  const difference = differenceOf(made(), made({ version: 2, maxTurns: 3 }));
  expect(difference).toEqual({ changed: [], stale: [old] });
  const { 'agent clerk': _, ...definitions } = made().definitions;
  const without = { ...made(), definitions };
  expect(differenceOf(made(), without).stale).toEqual([
    'agent clerk is locked, and not there any more',
  ]);
  expect(differenceOf(without, made()).stale).toEqual(['agent clerk is not locked yet']);
});

test('11.4 what is kept beside a newer version must be what was locked', () => {
  const writers = (one: Release) => lockOf(organised(one));
  const locked = writers(release(1));
  const { changed, stale } = differenceOf(locked, writers(release(2, release(1))));
  expect(changed).toEqual([]);
  expect(stale).toContain('agent sender is version 2, locked is 1');
  const other = { input: z.strictObject({ text: z.string().min(2) }) };
  const edited = release(2, release(1, undefined, { writer: { ...other, migrate: {} } }));
  const difference = differenceOf(locked, writers(edited));
  expect(difference.changed).toEqual(['agent writer@1 is kept, and has changed']);
});

test('11.4 nova lock writes it, nova check holds it, and nothing is overwritten unasked', async () => {
  const cwd = folder();
  const file = join(cwd, 'nova.lock.json');
  const shop = pathToFileURL(join(ROOT, 'docs/refunds.ts')).href;
  const config = `import { organisation } from '${shop}';\nexport default { organisation };\n`;
  writeFileSync(join(cwd, 'nova.config.mjs'), config);
  expect((await nova(['lock'], { cwd })).code).toBe(0);
  const { out, code } = await nova(['check'], { cwd });
  expect([code, out]).toEqual([0, expect.stringMatching(/lock +shop +\d+ ms +holds/)]);
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const forged = { version: 1, fingerprint: '0'.repeat(64) };
  writeFileSync(
    file,
    JSON.stringify({ ...lock, definitions: { ...lock.definitions, 'protocol gate': forged } }),
  );
  const broken = await nova(['check'], { cwd });
  expect(broken.code).toBe(1);
  expect(broken.out).toContain('protocol gate has changed, and is still version 1');
  const refused = await nova(['lock'], { cwd });
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('--accept')]);
  expect((await nova(['lock', '--accept'], { cwd })).code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(lock);
  writeFileSync(file, '{"format":');
  expect(await nova(['check'], { cwd })).toMatchObject({
    code: 64,
    err: expect.stringContaining('it is no lock of nova') as string,
  });
});
