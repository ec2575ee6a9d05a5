import { createInterface } from 'node:readline/promises';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { System } from '../kernel/system.ts';
import type { Organisation } from '../team/define-organisation.ts';
import type { Space } from '../verify/spaces.ts';
import type { Stepper } from '../verify/stepper.ts';
import { columns, printable } from './print.ts';

export interface ExploreFlags {
  /** Which of the spaces; default the first. */
  readonly of?: string;
}

const USAGE = 'a number takes it, b steps back, w prints the way so far, q leaves';

const nameOfState = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** The actors that are at work, each with where it stands; the run's end where it has come. */
function standText({ actors, ended }: System): string {
  if (ended !== undefined)
    return `ended: ${ended.outcome}${ended.reason === undefined ? '' : ` (${ended.reason})`}`;
  const rows = [...actors]
    .filter(([, actor]) => actor.ended === undefined)
    .map(([path, { state }]) => [`  ${path}`, nameOfState(state.value)]);
  return columns(rows);
}

function show(stepper: Stepper): void {
  const enabled = stepper.enabled().map(({ name }, at) => `${String(at + 1).padStart(4)}  ${name}`);
  process.stdout.write(`\n${printable([standText(stepper.system), ...enabled].join('\n'))}\n`);
}

/** Takes one line of what was typed; false to leave. */
function obey(stepper: Stepper, line: string): boolean {
  const word = line.trim();
  if (word === 'q') return false;
  const chosen = stepper.enabled()[Number(word) - 1];
  if (word === 'w')
    process.stdout.write(
      `${printable(stepper.names.map((name, at) => `${at}. ${name}`).join('\n'))}\n`,
    );
  else if (word === 'b') process.stdout.write(stepper.back() ? '' : 'this is the beginning\n');
  else if (chosen === undefined) process.stdout.write(`${USAGE}\n`);
  else stepper.take(chosen);
  show(stepper);
  return true;
}

function chosenOf(spaces: readonly Space[], of: string | undefined): Space {
  const found = of === undefined ? spaces[0] : spaces.find(({ name }) => name === of);
  if (found === undefined)
    throw new BadRequestError(`there is only ${spaces.map(({ name }) => name).join(', ')}`);
  if (found.environment === undefined) throw new BadRequestError(found.lacking.join('; '));
  return found;
}

/**
 * `nova explore`: steps through a request by hand: everything that may happen, one of it, and back.
 * Reads from stdin, so that a file of numbers is a walk.
 */
export async function explore(
  load: () => Promise<Organisation>,
  path: string | undefined,
  { of }: ExploreFlags,
): Promise<number> {
  const [{ loadCheckable }, { spacesOf }, { Stepper: Walk }] = await Promise.all([
    import('../verify/check-module.ts'),
    import('../verify/spaces.ts'),
    import('../verify/stepper.ts'),
  ]);
  const organisations =
    path === undefined ? [await load()] : (await loadCheckable(path)).organisations;
  const { name, world, environment } = chosenOf(
    organisations.flatMap((organisation) => spacesOf(organisation, { full: true })),
    of,
  );
  if (environment === undefined) return 0;
  const stepper = new Walk(world, environment);
  process.stdout.write(`${name}: ${USAGE}\n`);
  show(stepper);
  const lines = createInterface({ input: process.stdin, output: process.stderr, prompt: '> ' });
  lines.prompt();
  for await (const line of lines) {
    if (!obey(stepper, line)) break;
    lines.prompt();
  }
  lines.close();
  return 0;
}
