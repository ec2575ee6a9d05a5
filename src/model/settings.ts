import * as z from 'zod';
import { BreakerInput } from '../../machines/breaker.ts';
import { roleContracts, type Role } from '../../machines/protocol/roles.ts';

/** Where OpenAI itself is reached. */
export const OPENAI_URL = 'https://api.openai.com/v1';

/** Without a slash at its end, so that one endpoint is one. */
export const BaseURL = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/^https?:\/\/[^/]*@/i.test(url), 'a password belongs to `apiKey` or `headers`')
  .transform((url) => url.replace(/\/+$/, ''));

/** One model at one endpoint that speaks the OpenAI API; every bound has a default. */
export const Mind = z.strictObject({
  model: z.string().min(1).max(128),
  /** Default `OPENAI_BASE_URL`, else OpenAI's own. */
  baseURL: BaseURL.optional(),
  /** Default `OPENAI_API_KEY`, where the base URL is the default too; local endpoints need none. */
  apiKey: z.string().optional(),
  headers: z.record(z.string(), z.string()).default({}),
  /** Default `auto`: Responses at OpenAI, Chat Completions elsewhere, and the other one where that is not served. */
  api: z.enum(['auto', 'responses', 'chat']).default('auto'),
  /** How answers are held to their form; default `auto`: by a schema, and in words where the endpoint knows no schemas. */
  structured: z.enum(['auto', 'schema', 'prompt']).default('auto'),
  /** For a million tokens, in a currency of one's own; default 0. */
  price: z
    .strictObject({ input: z.number().min(0), output: z.number().min(0) })
    .default({ input: 0, output: 0 }),
  /** Of one request; default 100,000. Above it the oldest results of tools are folded. */
  maxPromptTokens: z.int().min(100).default(100_000),
  /** Of one answer; default as the endpoint has it. */
  maxOutputTokens: z.int().min(1).optional(),
  /** Of one answer with all around it; default 4 MiB. */
  maxBytes: z
    .int()
    .min(1_000)
    .default(4 * 1024 * 1024),
  /** For one request, from its beginning to the last byte of its answer; default 120,000. */
  timeoutMs: z.int().min(1).default(120_000),
  /** What else a request says, as `temperature` or `reasoning`. */
  extra: z.record(z.string(), z.json()).default({}),
});
export type Mind = z.output<typeof Mind>;

type Given = string | z.input<typeof Mind>;
/** A name is a model with nothing else said, and one is a list of one: what is wrong is told of its own place. */
const listed = (given: unknown): unknown[] =>
  [given].flat().map((one) => (typeof one === 'string' ? { model: one } : one));
/** The next one is turned to where one cannot be reached. */
const Minds = z.preprocess(listed, z.array(Mind).min(1).max(8)) as unknown as z.ZodType<
  Mind[],
  Given | readonly Given[]
>;

/** How one endpoint is used by all who share it. */
export const EndpointLimits = BreakerInput.extend({
  /** Requests at once, all of them in vain where it fails from one moment to the next; default 8. */
  maxParallel: z.int().min(1).max(1_000).default(8),
  /** Milliseconds; default 5,000. */
  openMs: z.int().min(1).max(86_400_000).default(5_000),
});
export type EndpointLimits = z.output<typeof EndpointLimits>;

/** False: nobody, it is done in code. */
const Chosen = z.preprocess(
  (given) => (given === false ? [] : listed(given)),
  z.array(Mind).max(8),
) as unknown as z.ZodType<Mind[], false | Given | readonly Given[]>;

const roles = Object.keys(roleContracts) as Role[];
/** Which models think for whom: a name, settings, or several of them, in the order in which they are turned to. */
export const ModelsSettings = z.strictObject({
  /** For whoever has none of their own. */
  worker: Minds,
  ...(Object.fromEntries(roles.map((role) => [role, Chosen.optional()])) as {
    [R in Role]: z.ZodOptional<typeof Chosen>;
  }),
  /** For who decides where advisers disagree. */
  judge: Chosen.optional(),
  /** For single agents, by id. */
  agents: z.record(z.string(), Chosen).default({}),
  endpoint: EndpointLimits.prefault({}),
});
export type ModelsSettings = z.output<typeof ModelsSettings>;
