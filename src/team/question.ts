import * as z from 'zod';
import { Answers, DecisionRecord, Held, Referred } from '../../machines/arbitration/schemas.ts';
import { COMMON_OUTCOMES } from '../../machines/protocol/outcomes.ts';
import { DefinitionError } from '../errors/definition-error.ts';
import { requireJson, type Contract } from './contract.ts';
import { requireName } from './names.ts';

const MAX_OPTIONS = 8;
type Kinds = Readonly<Record<string, z.ZodObject>>;

/** A piece of evidence: of a named kind, with what that kind asks for. */
type Evidence<E extends Kinds> = z.ZodType<
  { [K in keyof E & string]: { readonly kind: K } & z.output<E[K]> }[keyof E & string],
  { [K in keyof E & string]: { readonly kind: K } & z.input<E[K]> }[keyof E & string]
>;
/** What an adviser says for an option. */
type Position<E extends Kinds> = z.ZodObject<
  { why: z.ZodString; evidence: z.ZodArray<Evidence<E>> },
  z.core.$strict
>;
/** What the owner or a judge says for an option. */
type Ruling<E extends Kinds> = z.ZodObject<
  { why: z.ZodString; evidence: z.ZodArray<Evidence<E>>; answers: typeof Answers },
  z.core.$strict
>;

const heldOf = <O extends string, E extends Kinds>(options: readonly O[], said: Position<E>) =>
  Held.extend({ choice: z.enum(options), said });

const contractsOf = <S extends Contract, O extends string, E extends Kinds>(
  subject: S,
  options: readonly O[],
  said: Position<E>,
) => {
  const held = heldOf(options, said);
  const rest = { subject, positions: z.array(held) };
  return {
    /** The input of the owner, and of a judge. */
    deliberation: z.strictObject(rest),
    /** What a person is asked: `choice` is theirs to change, and whoever held another one is then answered in `answers`. */
    referral: z
      .strictObject({
        decision: z.string(),
        ...rest,
        why: Referred.nullable(),
        author: z.string().nullable(),
        proposed: z.enum(options).nullable(),
        choice: z.enum(options).nullable(),
        ruling: z.json(),
        answers: Answers,
      })
      .superRefine(answered),
    /** Who held what with which evidence, what decided it, and who was overruled with which answer. */
    record: DecisionRecord.extend({
      subject,
      choice: z.enum(options).nullable(),
      positions: z.array(held),
      overruled: z.array(held.extend({ answer: z.string() })),
    }),
  };
};

interface Chosen {
  readonly choice: string | null;
  readonly proposed: string | null;
  readonly positions: readonly { readonly adviser: string; readonly choice: string }[];
  readonly answers: Readonly<Record<string, string>>;
}

/** Whoever chooses otherwise than was proposed answers everybody who held something else. */
function answered(
  { choice, proposed, positions, answers }: Chosen,
  context: z.RefinementCtx,
): void {
  if (choice === proposed) return;
  if (choice === null)
    context.addIssue({ code: 'custom', path: ['choice'], message: 'it names no option' });
  for (const position of positions)
    if (position.choice !== choice && !Object.hasOwn(answers, position.adviser))
      context.addIssue({
        code: 'custom',
        path: ['answers', position.adviser],
        message: `${position.adviser} held ${position.choice}: it is not answered`,
      });
}

const deliberations = new WeakSet<Contract>();

/** Whom a ruling overrules and does not answer, in a sentence; nothing where its input is no deliberation. */
export function unanswered(
  {
    input,
    outcomes,
  }: { readonly input: Contract; readonly outcomes: Readonly<Record<string, Contract>> },
  given: unknown,
  { outcome, value }: { readonly outcome: string; readonly value: unknown },
): string | undefined {
  if (!deliberations.has(input) || !Object.hasOwn(outcomes, outcome)) return undefined;
  const { positions } = given as Pick<Chosen, 'positions'>;
  const { answers = {} } = value as Partial<Chosen>;
  const left = positions.filter(
    ({ adviser, choice }) => choice !== outcome && !Object.hasOwn(answers, adviser),
  );
  if (left.length === 0) return undefined;
  return left
    .map(({ adviser, choice }) => `${adviser} held ${choice}: answers.${adviser} is missing`)
    .join('\n');
}

/** By which a choice is read out of a ruling, or out of what a person wrote. */
const readingOf = (options: readonly string[]) =>
  z
    .strictObject({
      /** Null where the content names it. */
      choice: z.enum(options).nullable(),
      proposed: z.enum(options).nullable(),
      positions: z.array(z.looseObject({ adviser: z.string(), choice: z.string() })),
      content: z.looseObject({ choice: z.enum(options).nullish(), answers: Answers }),
    })
    .superRefine(({ choice, content, ...rest }, context) => {
      const { answers } = content;
      answered({ ...rest, answers, choice: choice ?? content.choice ?? null }, context);
    });

/** The choice of what was read. */
export const chosen = (value: unknown): string => {
  const { choice, content } = value as {
    readonly choice: string | null;
    readonly content: { readonly choice: string };
  };
  return choice ?? content.choice;
};

type Contracts<S extends Contract, O extends string, E extends Kinds> = ReturnType<
  typeof contractsOf<S, O, E>
>;

/** What is to be decided: on what, between which options, and what counts as evidence. */
export interface Question<
  S extends Contract = Contract,
  O extends string = string,
  E extends Kinds = Kinds,
> extends Contracts<S, O, E> {
  readonly subject: S;
  readonly options: readonly O[];
  /** The outcomes of an adviser: an option each, with why and the evidence for it. */
  readonly positions: { readonly [K in O]: Position<E> };
  /** The outcomes of the owner and of a judge: an option each, with why, evidence, and an answer to each adviser who held another. */
  readonly rulings: { readonly [K in O]: Ruling<E> };
  readonly reading: ReturnType<typeof readingOf>;
}

/**
 * A question that advisers hold positions on: their contracts, and those of who decides.
 * @param definition `options` 2 to 8 names; `evidence` what each kind of evidence holds, beside its `kind`.
 * @throws DefinitionError for an option that stands twice or is called like an outcome that every node has, no kind of evidence, and
 *   contracts that are not plain JSON.
 */
export function question<
  S extends Contract,
  const O extends string,
  const E extends Kinds,
>(definition: {
  readonly subject: S;
  readonly options: readonly O[];
  readonly evidence: E;
}): Question<S, O, E> {
  const { subject, options, evidence } = definition;
  const where = 'question';
  const refuse = (problem: string): never => {
    throw new DefinitionError(where, problem);
  };
  requireJson(`${where} subject`, subject);
  for (const option of options) requireName(`${where} option`, option);
  if (options.length < 2 || options.length > MAX_OPTIONS)
    refuse(`it has ${options.length} options, not 2 to ${MAX_OPTIONS}`);
  const taken = options.find(
    (option, at) =>
      options.indexOf(option) !== at || [...COMMON_OUTCOMES, 'undecided'].includes(option),
  );
  if (taken !== undefined)
    refuse(`the option ${taken} stands twice, or is an outcome of every decision`);
  const kinds = Object.entries(evidence).map(([kind, shape]) =>
    shape.extend({ kind: z.literal(kind) }),
  );
  const [first, ...others] = kinds;
  if (first === undefined) return refuse('it has no kind of evidence');
  for (const [kind, shape] of Object.entries(evidence))
    requireJson(`${where} evidence ${kind}`, shape);
  const Piece = z.discriminatedUnion('kind', [first, ...others]) as unknown as Evidence<E>;
  const said = z.strictObject({ why: z.string().min(1), evidence: z.array(Piece).min(1) });
  const ruling = said.extend({ answers: Answers });
  const each = <T>(contract: T) =>
    Object.fromEntries(options.map((option) => [option, contract])) as { readonly [K in O]: T };
  const contracts = contractsOf(subject, options, said);
  deliberations.add(contracts.deliberation);
  return {
    subject,
    options,
    positions: each(said),
    rulings: each(ruling),
    reading: readingOf(options),
    ...contracts,
  };
}
