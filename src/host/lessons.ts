import * as z from 'zod';
import { RequestContext } from '../../machines/request/schemas.ts';
import { LOCAL, mayRead, PUBLIC_SCOPE, scopeOfRun } from '../../machines/protocol/scope.ts';
import type { CatalogueEntry, Lesson } from '../../machines/protocol/roles.ts';
import type { LocalEngine } from '../engine/local.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import { UnknownRunError } from '../errors/unknown-run-error.ts';
import type { System } from '../kernel/system.ts';
import { requestOf } from '../sessions/sessions.ts';
import type { Author, Memory } from '../memory/memory.ts';
import { onlyContinues } from '../routing/words.ts';
import { MAX_RECORD_CHARS, type MemoryRecord } from '../memory/record.ts';

/** True for what names a run, not words of a request. */
export const isRunName = (request: string): boolean => /^[^\s/]+(?:\/[^\s/]+)+$/.test(request);

const Candidates = z.looseObject({ candidates: z.array(z.looseObject({ node: z.string() })) });

/**
 * What a run that was answered well teaches: who took the whole request, where a person chose between those who came near.
 * An answer that nobody objected to says nothing of who else might have given it, and words of a conversation go by what was said before.
 */
function lessonIn(system: System): Lesson | undefined {
  const { actors, values, ended } = system;
  const { text = '', session } = requestOf(system);
  const context = RequestContext.safeParse(actors.get('request')?.state.context).data;
  if (ended?.outcome !== 'answered' || context === undefined || session !== undefined)
    return undefined;
  const { children, asks, parts = [] } = context;
  const [part, ...others] = parts;
  if (part === undefined || others.length > 0) return undefined;
  if (text.length > MAX_RECORD_CHARS || onlyContinues(text)) return undefined;
  const routed = values.get(children['router']?.value?.hash ?? '');
  const near = Candidates.safeParse(routed).data?.candidates ?? [];
  const isChosen = asks > 0 && near.some(({ node }) => node === part.node);
  return isChosen ? { text, who: part.node } : undefined;
}

export interface Teaching {
  readonly engine: LocalEngine;
  readonly memory: Memory;
  readonly catalogue: readonly CatalogueEntry[];
}

/** What a run's own words teach; a run that is forgotten meanwhile teaches nothing. @throws BadRequestError for one without words. */
async function taughtBy(
  { engine, memory }: Teaching,
  run: string,
  who: string | null,
  { scope, ...author }: Author & { readonly scope: string },
): Promise<MemoryRecord> {
  const wordsOf = async () => {
    const system = await engine.load(run);
    if (system === undefined) throw new UnknownRunError(run);
    return requestOf(system).text;
  };
  const text = await wordsOf();
  const record = text === undefined ? undefined : await memory.teach(scope, { text, who }, author);
  if (record !== undefined && (await wordsOf()) !== undefined) return record;
  await memory.unteach(run);
  throw new BadRequestError(`${run} has no words of a request`);
}

/** Notes what a run teaches, where nobody has said anything of that request; what a visitor answered is held. */
export async function learned(teaching: Teaching, run: string): Promise<void> {
  const system = await teaching.engine.load(run);
  const lesson = system && lessonIn(system);
  if (system === undefined || lesson === undefined) return;
  const { scope, requester: author } = system;
  const isSaid = ({ kind, text }: MemoryRecord) => kind === 'lesson' && text === lesson.text.trim();
  if ((await teaching.memory.list(scope)).some(isSaid)) return;
  const isHeld = scope === PUBLIC_SCOPE;
  await taughtBy(teaching, run, lesson.who, { author, run, scope, isHeld });
}

/** A person says who takes a request. @throws as `Nova.correct`. */
export async function corrected(
  teaching: Teaching,
  request: string,
  who: string | null,
  { scope: wanted, author }: { readonly scope?: string | undefined; readonly author: string },
): Promise<MemoryRecord> {
  if (who !== null && !teaching.catalogue.some(({ id }) => id === who))
    throw new BadRequestError(`nobody called ${who} can be asked in words`);
  if (!isRunName(request))
    return teaching.memory.teach(
      wanted ?? LOCAL,
      { text: request, who },
      { author, isHeld: false },
    );
  const own = scopeOfRun(request);
  const scope = wanted ?? own;
  if (!mayRead(own, scope))
    throw new BadRequestError(`what was asked in ${own} is not told in ${scope}`);
  return taughtBy(teaching, request, who, { author, run: request, scope, isHeld: false });
}
