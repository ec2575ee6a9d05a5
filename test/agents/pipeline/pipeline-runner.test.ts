// Goal: a declared pipeline runs in the order of its needs, what waits for a failure is not begun, and a file that is wrong runs nothing.
// Method: random graphs of steps read in any order; garbage files whose every fault is named; real scripts, one of them rejected by a person.
import { expect, test } from 'vitest';
import { Nova } from 'nova-agents';
import { organisation } from 'nova-agents/agents';
import { readPipeline } from '../../../agents/pipeline/kit/pipeline.ts';
import { pipelineRunner } from '../../../agents/pipeline/pipeline-runner.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder } from '../../fixtures/repository.ts';
import { chance } from '../erp/chance.ts';

interface Told {
  readonly summary: string;
  readonly steps: readonly {
    readonly id: string;
    readonly status: string;
    readonly why: string;
    readonly lastLines: readonly string[];
  }[];
  readonly faults: readonly { readonly line: number; readonly why: string }[];
}
const SCRIPTS = ['build', 'check', 'format', 'lint', 'test', 'typecheck'] as const;
const asFile = (steps: readonly object[]) =>
  `{ "steps": [\n${steps.map((step) => JSON.stringify(step)).join(',\n')}\n] }\n`;

test.each(Array.from({ length: 20 }, (_, at) => at + 1))(
  'any graph is put in order, any cycle is named, seed %i',
  (seed) => {
    const { some, upTo } = chance(seed);
    const steps = some(SCRIPTS, upTo(1, 6)).map((script, at, all) => ({
      id: `s${at}`,
      script,
      needs: some(
        Array.from({ length: at }, (_2, before) => `s${before}`),
        upTo(0, Math.min(2, at)),
      ),
      of: all.length,
    }));
    const plain = steps.map(({ id, script, needs }) => ({ id, script, needs }));
    const read = readPipeline(asFile(some(plain, 9)));
    const order = 'steps' in read ? read.steps : [];
    expect(order.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(plain);
    for (const [at, { needs }] of order.entries())
      for (const need of needs) expect(order.slice(0, at).map(({ id }) => id)).toContain(need);
    const last = plain.length - 1;
    const cyclic = plain.map((step) =>
      step.id === 's0'
        ? { ...step, needs: [`s${last}`] }
        : step.id === `s${last}`
          ? { ...step, needs: ['s0'] }
          : step,
    );
    const refused = readPipeline(asFile(cyclic));
    expect('faults' in refused && refused.faults.map(({ line }) => line)).toEqual(
      expect.arrayContaining([2]),
    );
  },
);

test('each fault of a file is named with its line, and nothing is run', async () => {
  const lines = [
    '{ "steps": [',
    '{ "id": "a", "script": "lint" },',
    '{ "id": "b", "script": "publish" },',
    '{ "id": "a", "script": "test", "needs": ["gone", "a"] },',
    '{ "id": "c", script: "build" },',
    '7,',
    '{ "id": "no name!", "script": "build", "extra": 1 },',
    '{ "id": "d", "script": "lint" }',
    '] }',
  ];
  const folder = new Folder()
    .write('pipeline.json', lines.join('\n'))
    .write('package.json', '{"scripts":{"lint":"touch ran"}}');
  const { outcome, value, calls } = await perform<Told>(
    pipelineRunner,
    'Run the pipeline',
    folder.path,
  );
  expect(outcome).toBe('invalid');
  expect(value.faults.map(({ line, why }) => `${line} ${why}`)).toEqual([
    '3 `script`: it is none of build, check, format, lint, test, typecheck',
    '4 it needs `"a"`, which is itself',
    '4 it needs `"gone"`, which is no step',
    '4 two steps are called `a`',
    '5 it is no JSON',
    '6 it is no object',
    '7 `id`: it is no short name',
    '7 unrecognized key: "extra"',
    '8 `lint` is run by `a` already',
  ]);
  expect(calls.map(({ tool }) => tool)).not.toContain('run-script');
  for (const text of ['', 'x', '[]', '{"steps":[]}', '{"steps":[{"id":"a","script":"lint"}]'])
    expect(readPipeline(text)).toMatchObject({ faults: [{ line: 1 }] });
  folder.write('pipeline.json', '{"steps":[{"id":"a","script":"build"}]}');
  expect(
    (await perform<Told>(pipelineRunner, 'Run the pipeline', folder.path)).value.faults,
  ).toEqual([{ line: 1, why: '`a`: package.json has no script `build`' }]);
  expect((await perform(pipelineRunner, 'Run the pipeline', new Folder().path)).outcome).toBe(
    'refused',
  );
});

test('what waits for a failure is not begun, the rest goes on, and what a person rejects is not run', async () => {
  const scripts = {
    lint: 'true',
    test: "echo 'not ok 1 - adds' && false",
    build: 'touch built',
    check: 'touch checked',
  };
  const folder = new Folder().write('package.json', JSON.stringify({ scripts }));
  folder.write(
    'ci/pipeline.json',
    asFile([
      { id: 'ship', script: 'build', needs: ['unit'] },
      { id: 'unit', script: 'test', needs: ['style'] },
      { id: 'style', script: 'lint' },
      { id: 'all', script: 'check', needs: [] },
    ]),
  );
  const nova = new Nova({ organisation });
  const { outcome, value } = await nova.run(
    'pipeline-runner',
    { text: 'Run ci/pipeline.json' },
    {
      scope: 'a',
      project: folder.path,
      onReviews: ([review]) => {
        if (review === undefined) return;
        const isRejected = JSON.stringify(review.subject).includes('touch checked');
        void nova.decide(review.id, { is: isRejected ? 'reject' : 'approve' });
      },
    },
  );
  await nova.close();
  expect(outcome).toBe('not-passed');
  const { steps, summary } = value as unknown as Told;
  expect(steps.map(({ id, status, why }) => `${id} ${status}: ${why}`)).toEqual([
    'style passed: ',
    'unit failed: exit code 1',
    'ship not-run: `unit` did not pass',
    'all not-run: nobody approved of it',
  ]);
  expect(steps[1]?.lastLines).toEqual(['not ok 1 - adds']);
  expect(summary).toContain('4 steps, 1 passed, 1 failed, 2 not run.');
});
