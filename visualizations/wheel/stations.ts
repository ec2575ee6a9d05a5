import { exportsOf, literalsOf } from '../code.ts';

/** A station of the wheel: the file that it is, and where on the wheel it stands. */
export interface Station {
  readonly name: string;
  readonly file: string;
  /** What the file must export for the picture to be true. */
  readonly exported: string;
  readonly does: string;
  readonly passesOn: readonly string[];
  readonly degrees: number;
  readonly icon: string;
}

const declared: readonly Station[] = [
  {
    name: 'mailbox',
    file: 'src/engine/local.ts',
    exported: 'LocalEngine',
    does: 'one event of a run after the other',
    passesOn: ['one event'],
    degrees: 225,
    icon: 'M-19 -12H19V13H-19ZM-19 -10L0 4L19 -10',
  },
  {
    name: 'step',
    file: 'src/kernel/step.ts',
    exported: 'step',
    does: 'pure: decides, and touches nothing',
    passesOn: ['next system,', 'effects'],
    degrees: 315,
    icon: 'M-21 -7H-8V7H-21ZM8 -7H21V7H8ZM-4 0H4M1 -4L5 0L1 4',
  },
  {
    name: 'journal',
    file: 'src/store/ports.ts',
    exported: 'Journal',
    does: 'append-only: what it holds is the truth',
    passesOn: ['safe on disk'],
    degrees: 45,
    icon: 'M-14 -18H14V18H-14ZM-7 -9H7M-7 0H7M-7 9H2',
  },
  {
    name: 'execute',
    file: 'src/host/host.ts',
    exported: 'Host',
    does: 'begins only what is committed',
    passesOn: ['answers'],
    degrees: 135,
    icon: 'M4 -20L-12 4H-1L-4 20L12 -4H1Z',
  },
];

/** The stations in order; throws where the file of one, or what it exports, is gone. */
export function stations(): readonly Station[] {
  for (const { name, file, exported } of declared)
    if (!exportsOf(file).includes(exported))
      throw new RangeError(`the wheel's ${name} is gone: ${file} does not export ${exported}`);
  return declared;
}

/** What each kind of event is to a reader; an answer comes back on the wheel itself. */
const captions: Readonly<Record<string, string | undefined>> = {
  started: 'a request',
  external: 'a person decides',
  timer: 'a timer fires',
  told: 'another run tells',
  arrived: 'another run tells',
  restored: 'a restart',
  migrated: 'a deployment',
  retired: 'a person decides',
  redelivered: 'a person decides',
};

/** What comes into the mailbox from outside, by the kernel's own list of events; throws for one without a caption. */
export function waysIn(): string[] {
  const kinds = literalsOf('src/kernel/system.ts', 'Incoming').filter((kind) => kind !== 'answer');
  const words = kinds.map((kind) => {
    const caption = captions[kind];
    if (caption === undefined) throw new RangeError(`the wheel has no words for ${kind}`);
    return caption;
  });
  return [...new Set(words)];
}

/** What is carried out, by the protocol's own list of effects. */
export const waysOut = (): string[] => literalsOf('machines/protocol/effects.ts', 'EffectKind');
