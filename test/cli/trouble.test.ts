// Goal: a data folder or a configuration that cannot be used is named in one line, nothing is overwritten, and what is readable stays so.
// Method: folders that are files, below files, in /proc, torn or another program's; configurations that are anything but one.
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/store/ports.ts';
import { CAN_BE_NOBODY, folder, NOBODY, nova, STAGE, Stage } from './nova-process.ts';

const oneLine = /^nova: [^\n]+\n$/;

describe('9.5 a store that cannot be used is named, with 3', () => {
  const file = import.meta.filename;
  const unusable = [
    { store: file },
    { store: join(file, 'far', 'below') },
    { store: '/proc/nova/below' },
    { store: `/${'x'.repeat(300)}` },
  ];
  test('a file, below a file, in /proc, a name too long', async () => {
    const asked = unusable.map(({ store }) => nova(['--store', store, 'ask', 'honest']));
    for (const [at, { code, out, err }] of (await Promise.all(asked)).entries()) {
      const { store = '' } = unusable[at] ?? {};
      expect({ store, code, out }).toEqual({ store, code: 3, out: '' });
      expect(err).toMatch(oneLine);
      expect(err).toContain(store);
    }
  });

  test('a folder that this user may not write', { skip: !CAN_BE_NOBODY }, async () => {
    const store = folder('of', 'root');
    const { code, err } = await nova(['--store', store, 'runs'], { uid: NOBODY, cwd: '/' });
    expect(code).toBe(3);
    expect(err).toMatch(oneLine);
  });
});

describe('9.5 a damaged store', () => {
  const logOf = (stage: Stage) => join(stage.store, 'journal', '00000001.log');

  test('a torn tail is reported once, in a line, and all else is there', async () => {
    const stage = new Stage();
    const { run } = await stage.json('ask', 'honest');
    const whole = statSync(logOf(stage)).size;
    await stage.json('ask', 'writer');
    truncateSync(logOf(stage), statSync(logOf(stage)).size - 3);
    const first = await stage.run('runs', '--json');
    expect(first.err).toMatch(oneLine);
    expect(first.err).toMatch(
      /00000001\.log: the last \d+ bytes, from byte \d+ on, were cut off: /,
    );
    expect(Number(/from byte (\d+)/.exec(first.err)?.[1])).toBeGreaterThan(whole);
    const runs = JSON.parse(first.out) as RunSummary[];
    expect(runs.map(({ text }) => text)).toEqual(['writer', 'honest']);
    const again = await stage.run('show', run);
    expect(again).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringMatching(/^> honest\n\nhonest: honest/),
    });
  });

  test('damage that no crash does is refused, until a person has what stands behind it cut off', async () => {
    const stage = new Stage();
    const { run } = await stage.json('ask', 'honest');
    const whole = statSync(logOf(stage)).size;
    await stage.json('ask', 'writer');
    const damaged = readFileSync(logOf(stage)).with(whole + 20, 0);
    writeFileSync(logOf(stage), damaged);
    const refused = await stage.run('runs');
    expect(refused.code).toBe(3);
    expect(refused.err).toMatch(oneLine);
    expect(refused.err).toContain(`at byte ${whole}`);
    expect(refused.err).toContain('--cut-damage');
    expect(readFileSync(logOf(stage)).equals(damaged)).toBe(true);
    const { err } = await stage.run('--cut-damage', 'runs');
    expect(err).toMatch(/cut off, \d+ whole records among them: .*\.log\.damaged-1\n$/);
    expect(readFileSync(`${logOf(stage)}.damaged-1`).equals(damaged)).toBe(true);
    expect((await stage.run('show', run)).out).toMatch(/^> honest\n\nhonest: honest/);
  });

  test('garbage behind the last record is cut off too, and work goes on', async () => {
    const stage = new Stage();
    await stage.json('ask', 'honest');
    appendFileSync(logOf(stage), '\u0000\u001b[2J garbage');
    const { code, out, err } = await stage.run('ask', 'honest');
    expect(code).toBe(0);
    expect(out).toMatch(/^honest: honest/);
    expect(err.split('\n')[0]).toMatch(/were cut off/);
    expect(await stage.json<RunSummary[]>('runs')).toHaveLength(2);
  });

  test.each([
    { what: 'journal', file: 'journal/00000001.log' },
    { what: 'lock', file: 'holder.lock' },
  ])("another program's file in the place of the $what is left as it is", async ({ file }) => {
    const stage = new Stage();
    mkdirSync(join(stage.store, 'journal'));
    const path = join(stage.store, file);
    copyFileSync(process.execPath, path);
    truncateSync(path, 100_000);
    const before = readFileSync(path);
    const { code, out, err } = await stage.run('ask', 'honest');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toMatch(oneLine);
    expect(err).toContain(path);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("a run that another organisation began hides nobody else's reviews", async () => {
    const stage = new Stage();
    const { run } = await stage.json('ask', 'writer');
    const elsewhere = { cwd: folder() };
    const listed = await nova(['--store', stage.store, 'review', 'list'], elsewhere);
    expect(listed).toMatchObject({ code: 0, out: expect.stringContaining('another nova.config?') });
    expect(listed.err).toMatch(oneLine);
    expect(listed.err).toContain(run);
    const shown = await nova(['--store', stage.store, 'show', run], elsewhere);
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('version_unavailable') });
    expect((await stage.run('review', 'list')).out).toContain(run);
  });
});

describe('2 a configuration that is none is named in one line, with 64', () => {
  const nonsense = [
    { says: 'export default 42' },
    { says: 'export default {' },
    { says: 'throw new Error("two\\nlines \\u001b[31m")' },
    { says: 'import "no-such-package"' },
    { says: 'export default { organisation: { kind: "organisation" } }' },
    { says: 'export default { get organisation() { throw new Error("mine") } }' },
  ];
  test('what does not load, and what exports something else', async () => {
    const asked = nonsense.map(async ({ says }) => {
      const cwd = folder();
      writeFileSync(join(cwd, 'nova.config.mjs'), says);
      return { cwd, says, ...(await nova(['--store', folder(), 'ask', 'honest'], { cwd })) };
    });
    for (const { cwd, says, code, out, err } of await Promise.all(asked)) {
      expect({ says, code, out }).toEqual({ says, code: 64, out: '' });
      expect(err).toMatch(oneLine);
      expect(err).toContain(join(cwd, 'nova.config.mjs'));
      expect(err).not.toContain('\u001b');
    }
  });

  test('limits that are none', async () => {
    const limits = '{"deadlineMs":-1,"patience":3}';
    const { code, err } = await new Stage({ env: { TEST_LIMITS: limits } }).run('ask', 'honest');
    expect(code).toBe(64);
    expect(err).toMatch(oneLine);
    expect(err).toMatch(/nova\.config\.ts: its default export: .*limits/);
  });

  test('tokens that are no hashes: the token itself would lie there', async () => {
    const cwd = folder();
    const { href } = pathToFileURL(join(STAGE, 'staged.ts'));
    const says = `import { staged } from '${href}';\nexport default { organisation: staged, tokens: { bob: 'secret' } };`;
    writeFileSync(join(cwd, 'nova.config.mjs'), says);
    const { code, err } = await nova(['--store', folder(), 'ask', 'honest'], { cwd });
    expect([code, err]).toEqual([64, expect.stringMatching(/is no SHA-256 in hex/)]);
    expect(err).not.toContain('secret');
  });

  test.each([{ says: 'process.exit(0)' }, { says: 'await new Promise(() => {})' }])(
    '1 not even $says ends quietly',
    async ({ says }) => {
      const cwd = folder();
      writeFileSync(join(cwd, 'nova.config.mjs'), says);
      const { code, err } = await nova(['--store', folder(), 'ask', 'honest'], { cwd });
      expect({ code, err }).toEqual({
        code: 3,
        err: 'nova: the process ended before its work did\n',
      });
    },
  );
});
