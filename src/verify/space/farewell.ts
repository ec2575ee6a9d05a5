import { CLOSED } from '../../kernel/farewell.ts';
import { addressed } from '../../kernel/tells.ts';
import type { Tell } from '../../../machines/protocol/effects.ts';
import type { Paths } from './actor-paths.ts';
import type { Out } from './local.ts';
import type { Locals } from './locals.ts';

interface Interpreted {
  readonly cells: Uint16Array;
  readonly locals: Locals;
  readonly paths: Paths;
  readonly tells: Tell[];
  isTomb(number: number): boolean;
  signed(letter: number, path: number): number;
  post(path: number, letter: number): void;
}

/** Says of numbers what `bidFarewell` of the kernel says. */
export function bidFarewell(run: Interpreted, path: number): void {
  const { cells, locals, paths } = run;
  for (let below = paths.size - 1; below > path; below -= 1) {
    if (cells[below] === 0 || !paths.isBelow(below, path)) continue;
    for (const out of heard(run, below, locals.letter('internal', CLOSED))) {
      if (out.kind === 'tell')
        run.tells.push(addressed(locals.scope, paths.names[below] as string, out.tell));
      if (out.kind !== 'send' || out.path === undefined) continue;
      const to = paths.number(out.path);
      const letter = out.isSigned ? run.signed(out.event, below) : out.event;
      if (paths.isBelow(to, path)) heard(run, to, letter);
      else run.post(to, letter);
    }
  }
}

function heard(run: Interpreted, path: number, letter: number): readonly Out[] {
  const number = run.cells[path] as number;
  if (number === 0 || run.isTomb(number)) return [];
  const local = run.locals.deliver(number, letter);
  if (typeof local === 'string' || local.outs.some(({ kind }) => kind === 'end')) return [];
  run.cells[path] = local.cell;
  return local.outs;
}
