// Goal: who has a model configured is answered by it, sees what it was sent and whether it is there; who has none works on in code.
// Method: the real command in a folder with an .env, before an endpoint on loopback.
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { completion, json, loopback, said, type Loopback } from '../model/loopback.ts';
import { folder, ROOT, Stage } from './nova-process.ts';

let at: Loopback;
const KEY = 'sk-proj-0123456789abcdefghijklmnop';
beforeAll(async () => {
  at = await loopback(({ path }, response) =>
    json(
      response,
      path.endsWith('/models')
        ? { data: [{ id: 'tiny' }] }
        : completion({ content: said('wrote', { poem: 'Blue, and blue again.' }) }),
    ),
  );
});
afterAll(() => at.close());

/** A link, so that the configuration finds the package. */
function place(env: string): Stage {
  const cwd = folder();
  symlinkSync(join(ROOT, 'test/fixtures/cli-models/nova.config.ts'), join(cwd, 'nova.config.ts'));
  writeFileSync(join(cwd, '.env'), env);
  return new Stage({ cwd, env: { OPENAI_API_KEY: undefined, NOVA_MODEL: undefined } });
}

test('with a model: an answer, what it was sent without secrets, and a doctor that is content', async () => {
  const stage = place(`NOVA_MODEL=tiny\nOPENAI_BASE_URL=${at.url}\nOPENAI_API_KEY=${KEY}\n`);
  const words = `Write a poem about the sea, my key is ${KEY}, and password = "hunter2-hunter2"`;
  const asked = await stage.json('ask', words);
  expect(asked).toMatchObject({ outcome: 'answered', answer: { contributors: ['poet'] } });
  expect(at.asked.at(-1)?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(asked.usage).toEqual({ answers: 1, tokens: { input: 20, output: 10 }, cost: 0 });
  const shown = await stage.run('show', asked.run, '--prompts');
  expect(shown.out).toMatch(/## .*poet:turn-1\.1: agent\.answered, tiny: 20 tokens in, 10 out/);
  expect(shown.out).toContain('Write a poem.');
  expect(shown.out).toContain('my key is [redacted');
  expect(shown.out).not.toContain(KEY);
  expect(shown.out).not.toContain('hunter2');
  const doctor = await stage.run('doctor');
  expect(doctor).toMatchObject({
    code: 0,
    out: expect.stringMatching(/tiny .* chat, schema +reachable\n/),
  });
});

test('a shadow of what was done: the same, then worse by another model, from the journal and from kept cases', async () => {
  const stage = place(`NOVA_MODEL=tiny\nOPENAI_BASE_URL=${at.url}\n`);
  await stage.run('ask', 'Write a poem about the sea');
  const file = join(folder(), 'cases.json');
  const same = await stage.run('shadow', 'poet', '--save', file);
  expect(same).toMatchObject({
    code: 0,
    out: expect.stringMatching(/1 case +1 the same.*\nwas +30 tokens/),
  });
  const answer = at.answer;
  at.answer = (_, response) => json(response, completion({ content: said('sung', {}) }));
  const worse = await stage.run('shadow', 'poet', '--cases', file, '--model', 'huge');
  at.answer = answer;
  expect(worse).toMatchObject({
    code: 3,
    out: expect.stringMatching(
      /worse +wrote → failed \(contract\)[^]*is +60 tokens, cost 0, 1 repairs/,
    ),
  });
  expect(at.asked.at(-1)?.body['model']).toBe('huge');
  expect(await stage.run('shadow', 'poet', '--model', ',')).toMatchObject({
    code: 64,
    err: expect.stringContaining('no model is named'),
  });
});

test('nova agents says who would take some words, why, and that one of them lacks a model', async () => {
  const stage = place('');
  const { code, out } = await stage.run('agents', '--for', 'Write a poem about the moon');
  expect(code).toBe(0);
  expect(out).toMatch(/poet +as in: Write a poem about the sea \(needs a model\)/);
});

test('without one the code works, and who needs a model says so', async () => {
  const stage = place('');
  const asked = await stage.run('ask', 'Write a poem about the sea');
  expect(asked.out).toMatch(/needs a model/);
  const { code, out } = await stage.run('doctor');
  expect([code, out]).toEqual([0, expect.stringMatching(/poet +needs a model/)]);
});

test('one that is not there, or not named, is told by the doctor', async () => {
  const gone = await place('NOVA_MODEL=tiny,huge\nOPENAI_BASE_URL=http://127.0.0.1:1999/v1\n').run(
    'doctor',
  );
  expect(gone).toMatchObject({
    code: 3,
    out: expect.stringMatching(/huge .*not reachable: .*ECONNREFUSED/),
  });
  const other = await place(`NOVA_MODEL=huge\nOPENAI_BASE_URL=${at.url}\n`).run('doctor');
  expect(other).toMatchObject({
    code: 3,
    out: expect.stringContaining('does not list this model'),
  });
  const keyless = await place('NOVA_MODEL=gpt\n').run('doctor');
  expect(keyless).toMatchObject({ code: 64, err: expect.stringContaining('set OPENAI_API_KEY') });
});
