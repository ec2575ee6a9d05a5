// Goal: what the compiler takes for a charter of many agents: every outcome routed, every payload fitted to its target.
// Method: charters of 8, 34 and 68 agents with 3 outcomes each are generated and type-checked as a whole program; what the same
// agents take without a charter is taken off. Printed, never asserted.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

const SIZES = [8, 34, 68] as const;
const FOLDER = '.nova/charter-bench';

const agent = (index: number) => `const a${index} = defineAgent({
  id: 'a${index}', version: 1, does: 'Works.', examples: [],
  input: z.strictObject({ n${index}: z.int(), text: z.string() }),
  outcomes: { done: z.strictObject({ done${index}: z.string() }), more: z.strictObject({ left${index}: z.int() }), odd: z.null() },
  act: (_, say) => say.odd(null),
});`;
const routes = (index: number, next: number) => `a${index}: {
  done: { to: 'a${next}', with: ({ done${index} }) => ({ n${next}: 1, text: done${index} }) },
  more: { to: 'a${index}', max: 2, with: ({ left${index} }) => ({ n${index}: left${index}, text: '' }) },
  odd: { end: 'ended', with: () => '${index}' },
},`;

function program(size: number, withCharter: boolean): string {
  const all = Array.from({ length: size }, (_, index) => index);
  const lines = [
    `import * as z from 'zod';`,
    `import { Ask, defineAgent, defineTeam } from 'nova-agents';`,
    ...all.map(agent),
  ];
  if (withCharter)
    lines.push(
      `export const team = defineTeam({ id: 'big', version: 1, does: 'Works.', input: Ask, outcomes: { ended: z.string() },`,
      `nodes: { ${all.map((index) => `a${index}`).join(', ')} },`,
      `start: { to: 'a0', with: ({ text }) => ({ n0: 0, text }) }, routes: {`,
      ...all.slice(0, -1).map((index) => routes(index, index + 1)),
      `a${size - 1}: { done: { end: 'ended', with: ({ done${size - 1} }) => done${size - 1} },`,
      `more: { to: 'a${size - 1}', max: 1, with: () => ({ n${size - 1}: 1, text: '' }) }, odd: { end: 'ended', with: () => '' } },`,
      `}, otherwise: { refused: { end: 'refused' }, failed: { end: 'failed' }, expired: { end: 'expired' } } });`,
    );
  return `${lines.join('\n')}\nexport const agents = [${all.map((index) => `a${index}`).join(', ')}];\n`;
}

/** Seconds of a whole type-check of one program. */
function secondsOf(text: string): number {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/program.ts`, text);
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: { rootDir: '../..', skipLibCheck: true },
    include: ['program.ts'],
  };
  writeFileSync(`${FOLDER}/tsconfig.json`, JSON.stringify(config));
  const begin = performance.now();
  const { status, stdout } = spawnSync('tsc', ['--project', `${FOLDER}/tsconfig.json`], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout);
  return (performance.now() - begin) / 1000;
}

for (const size of SIZES) {
  const [bare, whole] = [secondsOf(program(size, false)), secondsOf(program(size, true))];
  const line = `${size} agents, ${size * 3} routes: ${whole.toFixed(2)} s, of which the charter ${(whole - bare).toFixed(2)} s`;
  process.stdout.write(`${line}\n`);
}
rmSync(FOLDER, { recursive: true, force: true });
