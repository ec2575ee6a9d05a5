import { scopeOfRun } from '../../machines/protocol/scope.ts';
import type { ValueRef } from '../../machines/protocol/values.ts';
import { step } from '../kernel/step.ts';
import { emptySystem, type World } from '../kernel/system.ts';
import type { Counterexample } from './space/explore.ts';

const MAX_CHARS = 300;

/** What actors that ended badly on the last event of a way said of it: who, and the note; empty where nobody said anything. */
export function because(world: World, { events, runs }: Counterexample): string {
  const [run = ''] = runs;
  let system = emptySystem(run, scopeOfRun(run));
  let before = system;
  for (const event of events) {
    before = system;
    system = step(world, system, event).system;
  }
  const notes = [...system.actors].flatMap(([path, { ended }]) => {
    if (ended?.note === undefined || before.actors.get(path)?.ended !== undefined) return [];
    const note = system.values.get((ended.note satisfies ValueRef).hash);
    return [`${path} ${typeof note === 'string' ? note : JSON.stringify(note)}`];
  });
  // What was passed on from below says the same once more.
  const texts = [...new Map(notes.map((note) => [note.slice(note.indexOf(' ')), note])).values()];
  const text = texts.join('; ').replaceAll(/\s+/g, ' ');
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)} …` : text;
}
