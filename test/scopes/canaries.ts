/** A word that stands nowhere else: whose it is tells where it may stand. */
export interface Canary {
  readonly word: string;
  readonly scope: string;
  readonly what: string;
  /** Of words that were said in one. */
  readonly run?: string | undefined;
  /** The conversation to which that run belongs. */
  readonly session?: string | undefined;
  /** True: everybody may know it who reads its scope. */
  isOpen: boolean;
  /** True: it stands in a request, of which later runs are told. */
  isAsked: boolean;
  /** False while whoever says it is at it: it may come later than a forgetting. */
  isSaid: boolean;
  isForgotten: boolean;
}

/** Where something stands: in a run, or in what belongs to a scope. */
export interface Place {
  readonly scope: string;
  readonly run?: string | undefined;
  readonly session?: string | undefined;
}

/** Its own and those above it, said once more: what is tested does not judge itself. */
const reads = (reader: string, scope: string): boolean =>
  scope === 'public'
    ? reader === 'public'
    : scope.split('/').every((part, at) => reader.split('/')[at] === part);

const LETTERS = 'bcdfghjklmnpqrst';
const WORD = /kz[b-t]{10}zk/g;

export class Canaries {
  readonly #roll: (sides: number) => number;
  readonly #known = new Map<string, Canary>();
  /** What stood where it must not, each once. */
  readonly leaks = new Set<string>();
  /** Places at which words were looked for, and canaries that were met there. */
  looks = 0;
  met = 0;

  constructor(roll: (sides: number) => number) {
    this.#roll = roll;
  }

  /** A new word of a place. */
  mint(what: string, place: Place, isOpen = false): string {
    const letters = Array.from({ length: 10 }, () => LETTERS[this.#roll(LETTERS.length)]);
    const word = `kz${letters.join('')}zk`;
    const { scope, run, session } = place;
    this.#known.set(word, {
      word,
      scope,
      what,
      run,
      session,
      isOpen,
      isAsked: false,
      isSaid: true,
      isForgotten: false,
    });
    return word;
  }

  /** Those that stand in something. */
  in(found: unknown): Canary[] {
    const text = typeof found === 'string' ? found : (JSON.stringify(found) ?? '');
    const words = new Set(text.match(WORD));
    return [...words].flatMap((word) => this.#known.get(word) ?? []);
  }

  /** Of a run: its words, those of its conversation, what everybody in its scope may know, and what was asked there, but by strangers. */
  look(where: string, place: Place, found: unknown): void {
    this.looks += 1;
    for (const canary of this.in(found)) {
      this.met += 1;
      const { scope, run, session } = canary;
      const isOwn = run === place.run || (session !== undefined && session === place.session);
      const isRecent = canary.isAsked && scope !== 'public';
      const isTold = canary.isOpen || place.run === undefined || isOwn || isRecent;
      if (!reads(place.scope, scope)) this.#leak(where, place, canary, 'reads it not');
      else if (!isTold) this.#leak(where, place, canary, 'was not told it');
    }
  }

  /** Nothing that was forgotten stands here, in whatever place. */
  lookForForgotten(where: string, found: unknown): void {
    for (const canary of this.in(found))
      if (canary.isForgotten) this.#leak(where, canary, canary, 'it was forgotten');
  }

  /** No word at all stands here. */
  lookForAny(where: string, found: unknown): void {
    for (const canary of this.in(found))
      this.#leak(where, canary, canary, 'no word may stand here');
  }

  #of(run: string): Canary[] {
    return [...this.#known.values()].filter((canary) => canary.run === run);
  }

  /** What a run was asked: by a lesson everybody may know it. */
  taughtBy(run: string): string[] {
    const own = this.#of(run).filter(({ what }) => what === 'asked' || what === 'held');
    for (const canary of own) canary.isOpen = true;
    return own.map(({ word }) => word);
  }

  /** What is forgotten with a run: what was noted is a record of its own, and what others share is theirs as well. */
  goingWith(run: string): Canary[] {
    const goes = ({ what, isOpen, isSaid }: Canary) =>
      isSaid && (isOpen ? what === 'asked' : what !== 'held');
    return this.#of(run).filter(goes);
  }

  #leak(where: string, place: Place, { what, scope, run }: Canary, why: string): void {
    this.leaks.add(
      `${where} of ${place.run ?? place.scope} has ${what} of ${run ?? scope}: ${why}`,
    );
  }
}
