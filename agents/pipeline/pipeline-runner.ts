import { Ask, defineAgent, type Io } from 'nova-agents';
import {
  bullets,
  commandsOf,
  counted,
  inCode,
  inLine,
  listFiles,
  matterOf,
  readAsked,
  readFile,
  runScript,
  SCRIPTS,
} from 'nova-agents/tools';
import * as z from 'zod';
import { readPipeline, type Step } from './kit/pipeline.ts';
import { failedTests, lastLines } from './kit/scripts.ts';

const FILE = 'pipeline.json';
const MAX_BYTES = 1_000_000;
const MAX_POINTS = 20;
const MS = 1000;

const Ran = z.strictObject({
  id: z.string().min(1),
  script: z.enum(SCRIPTS),
  needs: z.array(z.string()),
  status: z.enum(['passed', 'failed', 'not-run']),
  /** Why it did not pass; empty where it did. */
  why: z.string(),
  /** Null where it was ended, or did not run. */
  exitCode: z.int().nullable(),
  durationMs: z.int().min(0).nullable(),
  lastLines: z.array(z.string()),
  failedTests: z.array(z.string()),
});
type Ran = z.output<typeof Ran>;
const told = { summary: z.string().min(1), path: z.string().min(1) };
/** In the order in which they run. */
const steps = z.array(Ran).min(1).max(SCRIPTS.length);

const tools = [listFiles, readFile, runScript] as const;

/** No try was made of a call that failed for one of these. */
const UNTRIED = /^run-script: (?:rejected|expired|unavailable|tool_not_granted)/;
const UNAPPROVED = /^run-script: (?:rejected|expired)/;

async function run(io: Io<typeof tools>, step: Step, manifest: string): Promise<Ran> {
  const { id, script, needs } = step;
  const base = {
    id,
    script,
    needs: [...needs],
    exitCode: null,
    durationMs: null,
    lastLines: [],
    failedTests: [],
  };
  try {
    const ran = await io.tool(runScript, { script, commands: commandsOf(manifest, script) });
    if (!ran.ran)
      return { ...base, status: 'not-run', why: `it could not be started (${ran.why})` };
    const { exitCode, ended, durationMs, printed } = ran;
    const shared = { ...base, exitCode, durationMs, lastLines: lastLines(printed) };
    if (exitCode === 0 && ended === 'exited') return { ...shared, status: 'passed', why: '' };
    const how = {
      exited: exitCode === null ? 'it was ended by a signal' : `exit code ${exitCode}`,
      time: 'it took too long',
      output: 'it printed too much',
    }[ended];
    return { ...shared, status: 'failed', why: how, failedTests: failedTests(printed) };
  } catch (error) {
    // A person said no, or the call came to nothing: this step alone is lost, and what waits for it.
    const said = error instanceof Error ? error.message : 'it came to nothing';
    const why = UNAPPROVED.test(said) ? 'nobody approved of it' : said;
    return { ...base, status: UNTRIED.test(said) ? 'not-run' : 'failed', why };
  }
}

/** Runs what may run, in order; what needs a step that did not pass is not begun. */
async function runAll(
  io: Io<typeof tools>,
  order: readonly Step[],
  manifest: string,
): Promise<Ran[]> {
  const done: Ran[] = [];
  for (const step of order) {
    const lacking = step.needs.filter((need) =>
      done.some(({ id, status }) => id === need && status !== 'passed'),
    );
    if (lacking.length === 0) done.push(await run(io, step, manifest));
    else
      done.push({
        ...step,
        needs: [...step.needs],
        status: 'not-run',
        why: `${lacking.map(inCode).join(', ')} did not pass`,
        exitCode: null,
        durationMs: null,
        lastLines: [],
        failedTests: [],
      });
  }
  return done;
}

const seconds = (ms: number | null): string => (ms === null ? '' : ` in ${(ms / MS).toFixed(1)} s`);
function describe(path: string, done: readonly Ran[]): string {
  const count = (wanted: Ran['status']) => done.filter(({ status }) => status === wanted).length;
  const points = done.map(({ id, script, status, why, durationMs }) => {
    const how = why === '' ? '' : `: ${inLine(why)}`;
    return `${inCode(id)} (${script}) ${status.replace('-', ' ')}${seconds(durationMs)}${how}`;
  });
  return [
    `${inCode(path)}: ${counted(done.length, 'step')}, ${count('passed')} passed, ${count('failed')} failed, ${count('not-run')} not run.`,
    ...bullets('Steps', points, MAX_POINTS),
    ...done
      .filter(({ status }) => status === 'failed')
      .flatMap(({ id, lastLines: lines, failedTests: failed }) => [
        ...bullets(`Failed tests of ${inCode(id)}`, failed.map(inCode), MAX_POINTS),
        ...bullets(
          `Last lines of ${inCode(id)}`,
          lines.map(inLine).filter((line) => line !== ''),
          MAX_POINTS,
        ),
      ]),
  ].join('\n');
}

const lint = {
  id: 'lint',
  script: 'lint' as const,
  needs: [],
  status: 'failed' as const,
  why: 'exit code 1',
  exitCode: 1,
  durationMs: 1200,
  lastLines: ['1 problem'],
  failedTests: [],
};
const unit = {
  ...lint,
  id: 'unit',
  script: 'test' as const,
  needs: ['lint'],
  status: 'not-run' as const,
  why: '`lint` did not pass',
  exitCode: null,
  durationMs: null,
  lastLines: [],
};
const stopped = {
  summary:
    '`pipeline.json`: 2 steps, 0 passed, 1 failed, 1 not run.\n**Steps** (2)\n- `lint` (lint) failed in 1.2 s: exit code 1\n' +
    '- `unit` (test) not run: `lint` did not pass\n**Last lines of `lint`** (1)\n- 1 problem',
  path: FILE,
  steps: [lint, unit],
};
const ask = { text: 'Run the pipeline' };

/** Runs a project's declared pipeline, each script once a person has approved it. */
export const pipelineRunner = defineAgent({
  id: 'pipeline-runner',
  version: 1,
  does:
    'Runs the declared pipeline of the project, the steps of pipeline.json in the order of their needs, each script once a person has ' +
    'approved it, and tells for every step whether it passed, failed or did not run, and why.',
  doesNot: {
    'running a single script such as the tests or the build': 'command-runner',
    'importing a table': 'table-importer',
    'judging changes of the pipeline that are not merged': 'code-reviewer',
  },
  failsBy: [
    { when: 'nothing is asked', caughtBy: 'input', example: { text: '' } },
    {
      when: 'a step is told that no script could run',
      caughtBy: 'outcome',
      example: { 'not-passed': { ...stopped, steps: [{ ...lint, script: 'publish' }] } },
    },
    {
      when: 'a pipeline that failed is said to have passed',
      caughtBy: 'check',
      example: { ask: 'A step that failed', input: ask, says: { passed: stopped } },
    },
    {
      when: 'a step ran though what it needs did not pass',
      caughtBy: 'check',
      example: {
        ask: 'A step that ran too early',
        input: ask,
        says: { 'not-passed': { ...stopped, steps: [lint, { ...unit, status: 'passed' }] } },
      },
    },
  ],
  input: Ask,
  outcomes: {
    passed: z.strictObject({ ...told, steps }),
    'not-passed': z.strictObject({ ...told, steps }),
    /** Nothing was run. */
    invalid: z.strictObject({
      ...told,
      faults: z
        .array(z.strictObject({ line: z.int().min(1), why: z.string().min(1) }))
        .min(1)
        .max(100),
    }),
  },
  tools,
  limits: { maxTurns: 12, maxRepairs: 0, deadlineMs: 4_000_000, maxTokens: 0 },
  act: async ({ text }, say, io) => {
    const matter = matterOf(text, ['.json']);
    const file = await readAsked(
      io,
      matter !== undefined && 'file' in matter ? matter.file : FILE,
      MAX_BYTES,
    );
    if ('reason' in file)
      return say.refused({
        reason: file.reason,
        needs: `a file of steps such as ${FILE}: { "steps": [{ "id", "script", "needs" }] }`,
      });
    const { path } = file;
    const pipeline = readPipeline(file.text);
    const manifest = await io.tool(readFile, { path: 'package.json', maxBytes: MAX_BYTES });
    const scripts = manifest.read ? manifest.text : '';
    const declared = 'steps' in pipeline ? pipeline.steps : [];
    const lacking = declared
      .filter(({ script }) => commandsOf(scripts, script).length === 0)
      .map(({ id, script }) => ({
        line: 1,
        why: `${inCode(id)}: package.json has no script ${inCode(script)}`,
      }));
    const faults = 'faults' in pipeline ? [...pipeline.faults] : lacking;
    if (faults.length > 0) {
      const points = faults.map(({ line, why }) => `line ${line}: ${why}`);
      const head = `${inCode(path)} is no pipeline that can be run; nothing was run.`;
      return say.invalid({
        summary: [head, ...bullets('Faults', points, MAX_POINTS)].join('\n'),
        path,
        faults,
      });
    }
    const done = await runAll(io, declared, scripts);
    const isPassed = done.every(({ status }) => status === 'passed');
    const value = { summary: describe(path, done), path, steps: done };
    return isPassed ? say.passed(value) : say['not-passed'](value);
  },
  check: (_, { outcome, value }) => {
    if (outcome !== 'passed' && outcome !== 'not-passed') return undefined;
    const { steps: done } = value as { readonly steps: readonly Ran[] };
    const isPassed = done.every(({ status }) => status === 'passed');
    if (isPassed !== (outcome === 'passed'))
      return `its steps say that it ${isPassed ? 'passed' : 'did not pass'}`;
    const passed = new Set(done.filter(({ status }) => status === 'passed').map(({ id }) => id));
    const early = done.find(
      ({ status, needs }) => status !== 'not-run' && needs.some((need) => !passed.has(need)),
    );
    return early && `${early.id} ran before what it needs had passed`;
  },
  examples: [
    { ask: 'Run the pipeline of this project', input: ask, says: { 'not-passed': stopped } },
    {
      ask: 'Run all steps of pipeline.json',
      input: { text: 'Run all steps of pipeline.json' },
      says: {
        passed: {
          summary:
            '`pipeline.json`: 1 step, 1 passed, 0 failed, 0 not run.\n**Steps** (1)\n- `lint` (lint) passed in 1.2 s',
          path: FILE,
          steps: [{ ...lint, status: 'passed', why: '', exitCode: 0, lastLines: [] }],
        },
      },
    },
    {
      ask: 'Start the release pipeline',
      input: { text: 'Start the release pipeline' },
      says: {
        invalid: {
          summary:
            '`pipeline.json` is no pipeline that can be run; nothing was run.\n**Faults** (1)\n- line 4: `a` is in a cycle of needs, or waits for one',
          path: FILE,
          faults: [{ line: 4, why: '`a` is in a cycle of needs, or waits for one' }],
        },
      },
    },
  ],
  asks: [
    'Execute the declared pipeline step by step',
    'Does our pipeline pass?',
    'Which step of the pipeline fails?',
    'Run ci/pipeline.json',
    'Kick off the whole pipeline',
    'Go through all pipeline steps and tell me which did not run',
    'Run the steps in the order of their needs',
    'Run every stage of our declared pipeline',
  ],
});
