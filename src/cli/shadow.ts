import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { Config } from '../config/define-config.ts';
import { loadModule } from '../config/load-module.ts';
import { modelNamed } from '../config/model-here.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Desk } from '../host/desk.ts';
import { shadow as shadowed, type Shadowed } from '../host/shadow.ts';
import { Case } from '../observe/cases.ts';
import type { AnyAgent } from '../team/agent.ts';
import type { Organisation } from '../team/define-organisation.ts';
import { atDesk } from './commands.ts';
import { FAILED } from './exit-codes.ts';
import { columns, jsonText, many, printable } from './print.ts';

export interface ShadowFlags {
  readonly with?: string;
  readonly model?: string;
  readonly limit?: string;
  readonly scope?: string;
  readonly cases?: string;
  readonly save?: string;
  readonly json?: boolean;
}
const Cases = z.array(Case);

/** The agent of that id that a module exports, by itself or in its organisation. */
async function exported(path: string, id: string): Promise<AnyAgent> {
  for (const found of Object.values(await loadModule(resolve(path)))) {
    const { kind } = (found ?? {}) as { readonly kind?: string };
    if (kind === 'agent' && (found as AnyAgent).id === id) return found as AnyAgent;
    const agent = kind === 'organisation' ? (found as Organisation).byId.get(id) : undefined;
    if (agent !== undefined) return agent;
  }
  throw new BadRequestError(`${path} exports no agent ${id}`);
}

async function readCases(file: string): Promise<Case[]> {
  try {
    return Cases.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new BadRequestError(`${file} has no cases: ${(cause as Error).message}`, { cause });
  }
}

async function recorded(open: () => Promise<Desk>, agent: string, flags: ShadowFlags) {
  const { limit = '20', scope } = flags;
  if (!/^\d+$/.test(limit)) throw new BadRequestError(`--limit is a whole number, not ${limit}`);
  return atDesk(open, async (desk) => {
    return await desk.cases(agent, { limit: Number(limit), ...(scope && { scope }) });
  });
}

const outcomeOf = ({ outcome, reason }: Case): string =>
  reason === undefined ? outcome : `${outcome} (${reason})`;
const billOf = (cases: readonly Case[]): string => {
  const sum = (key: 'tokens' | 'cost' | 'repairs') => cases.reduce((all, one) => all + one[key], 0);
  return `${sum('tokens')} tokens, cost ${Number(sum('cost').toFixed(6))}, ${sum('repairs')} repairs`;
};

function rowOf({ was, is, verdict, objections }: Shadowed): string[] {
  const objected = objections.is === undefined ? '' : `the verifier: ${objections.is}`;
  const came = `${outcomeOf(was)} → ${outcomeOf(is)}`;
  return [`  ${verdict}`, came, printable(`${was.run}#${was.actor}`), printable(objected)];
}

function textOf(done: readonly Shadowed[]): string {
  if (done.length === 0) return 'no case: nothing of it is on record';
  const count = (verdict: Shadowed['verdict']) =>
    done.filter((one) => one.verdict === verdict).length;
  return [
    columns(done.map(rowOf)),
    columns([
      [
        many(done.length, 'case'),
        `${count('same')} the same, ${count('changed')} changed, ${count('better')} better, ${count('worse')} worse`,
      ],
      ['was', billOf(done.map(({ was }) => was))],
      ['is', billOf(done.map(({ is }) => is))],
    ]),
  ].join('\n\n');
}

/**
 * `nova shadow`: has another definition, prompt or model do what an agent did on record, beside it, and compares.
 * @throws BadRequestError for an agent or a module that is not there, and a file without cases.
 */
export async function shadow(
  organise: () => Promise<Config>,
  open: () => Promise<Desk>,
  id: string,
  flags: ShadowFlags,
): Promise<number> {
  const { organisation, model: usual } = await organise();
  const current = organisation.byId.get(id);
  const candidate = flags.with === undefined ? current : await exported(flags.with, id);
  if (candidate === undefined) throw new BadRequestError(`there is no agent ${id}`);
  const model = flags.model === undefined ? usual : await modelNamed(flags.model, usual);
  const cases =
    flags.cases === undefined ? await recorded(open, id, flags) : await readCases(flags.cases);
  if (flags.save !== undefined) await writeFile(flags.save, `${JSON.stringify(cases, null, 2)}\n`);
  const done: Shadowed[] = [];
  for await (const one of shadowed(candidate, cases, { organisation, model })) done.push(one);
  process.stdout.write(`${flags.json ? jsonText(done) : textOf(done)}\n`);
  return done.some(({ verdict }) => verdict === 'worse') ? FAILED : 0;
}
