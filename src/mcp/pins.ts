import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { BadConfigError } from '../errors/bad-config-error.ts';
import { CorruptFileError } from '../errors/corrupt-file-error.ts';
import { canonical, hashOf } from '../kernel/canonical.ts';
import type { Json } from '../../machines/protocol/values.ts';
import { decodeDocument } from '../store/document-text.ts';
import { codeOf, replaceFile, systemFiles, unavailable } from '../store/files.ts';

/** A tool as its server tells of it: what a person accepts, and what its pin is the hash of. */
export const Definition = z.strictObject({
  // Some begin with a sign elsewhere; none of a name's own, such as `__proto__`.
  name: z.string().regex(/^[A-Za-z0-9][\w./-]{0,127}$/),
  title: z.string().max(200).optional(),
  description: z.string().max(8_000).optional(),
  inputSchema: z.record(z.string(), z.json()),
  outputSchema: z.record(z.string(), z.json()).optional(),
  /** Hints from a stranger: shown, never believed. */
  annotations: z.record(z.string(), z.json()).optional(),
});
export type Definition = z.output<typeof Definition>;

const Pin = Definition.extend({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type Pin = z.output<typeof Pin>;

const Pins = z.strictObject({
  format: z.literal(1),
  servers: z.array(z.strictObject({ id: z.string(), tools: z.array(Pin).max(1_000) })).max(100),
});
type Pins = z.output<typeof Pins>;

/** The pins of all servers of a project. */
const MAX_BYTES = 8_000_000;

export const hashOfTool = (definition: Definition): string => hashOf(definition as Json);
export const pinOf = (definition: Definition): Pin => ({
  ...definition,
  sha256: hashOfTool(definition),
});
export const definitionOf = ({ sha256: _, ...definition }: Pin): Definition => definition;

/** Which parts of a tool are not as they were accepted. */
export const changedParts = (pin: Pin, live: Definition): string[] =>
  (['title', 'description', 'inputSchema', 'outputSchema', 'annotations'] as const).filter(
    (part) => canonical((pin[part] ?? null) as Json) !== canonical((live[part] ?? null) as Json),
  );

/** The whole file; no server at all where there is none. @throws BadConfigError for one that is none of ours. */
function readAll(file: string): Pins {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES)
      throw new CorruptFileError(file, 'its end', `it has ${bytes.length} bytes`);
    return decodeDocument(file, Pins, bytes);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { format: 1, servers: [] };
    if (!(cause instanceof CorruptFileError))
      throw new BadConfigError(file, unavailable(file, cause).problem, { cause });
    const way = 'where it is deleted, nova mcp accept writes it';
    throw new BadConfigError(file, `at ${cause.place}: ${cause.problem}; ${way}`, { cause });
  }
}

/** What was accepted of a server, by the names of its tools. @throws BadConfigError. */
export const readPins = (file: string, server: string): ReadonlyMap<string, Pin> =>
  new Map(
    readAll(file)
      .servers.filter(({ id }) => id === server)
      .flatMap(({ tools }) => tools.map((pin) => [pin.name, pin] as const)),
  );

const byName = <T>(nameOf: (one: T) => string) => {
  return (a: T, b: T): number => (nameOf(a) < nameOf(b) ? -1 : 1);
};

/**
 * Writes what is accepted of a server in the place of what was: the old file or the new one lies there, never half of one.
 * @throws BadConfigError.
 */
export async function writePins(file: string, server: string, pins: readonly Pin[]): Promise<void> {
  const others = readAll(file).servers.filter(({ id }) => id !== server);
  const tools = pins.toSorted(byName(({ name }) => name));
  const servers = [...others, ...(tools.length > 0 ? [{ id: server, tools }] : [])];
  const all: Pins = { format: 1, servers: servers.toSorted(byName(({ id }) => id)) };
  const bytes = Buffer.from(`${canonical(all as Json, 2)}\n`);
  try {
    await replaceFile(systemFiles, file, `${file}.${process.pid}.draft`, bytes);
  } catch (cause) {
    throw new BadConfigError(file, unavailable(file, cause).problem, { cause });
  }
}
