// What must not lose anything is killed, torn, filled up, raced for and worn out: `npm run check:faults [part]`.
import type { Found } from './part.ts';
import { parts } from './parts.ts';

const seed = Number(process.env['NOVA_SEED'] ?? Date.now() % 1_000_000);
const form =
  (['short', 'sown'] as const).find((one) => process.argv.includes(`--${one}`)) ?? 'whole';
const named = process.argv.slice(2).filter((word) => !word.startsWith('-'));
/** What is wrong may be wrong thousands of times. */
const MAX_SHOWN = 40;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(`seed ${seed}`);
for (const part of parts.filter(
  ({ name }) => named.length === 0 || named.some((word) => name.includes(word)),
)) {
  const begin = performance.now();
  const { figures, wrong } = await part
    .run({ seed, form })
    .catch((error: unknown): Found => ({ figures: 'none', wrong: [String(error)] }));
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  print(
    `${wrong.length === 0 ? 'holds ' : 'BROKEN'}  ${part.name.padEnd(28)}${seconds.padStart(7)} s  ${figures}`,
  );
  for (const problem of wrong.slice(0, MAX_SHOWN)) print(`  ${problem}`);
  if (wrong.length > 0) process.exitCode = 1;
}
