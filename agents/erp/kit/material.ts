import { codeUses } from './code.ts';
import { schemaIn, sqlUses } from './sql.ts';
import type { Schema, Use } from './tenancy.ts';

/** A text to look into, and where it is from. */
export interface Piece {
  readonly path: string;
  readonly language: 'sql' | 'code';
  readonly text: string;
}

const MAX_PATHS = 20;
const FENCE = /```([\w-]*)[^\n]*\n([\s\S]*?)```/g;
const PATH = /(?<![\w/.-])(?:[\w@-][\w.@-]*\/)*[\w@-][\w.@-]*\.(?:sql|[cm]?[jt]sx?)(?![\w/])/g;
/** Where a query begins in words that are not fenced. */
const SQL_START =
  /\b(?:select\b[\s\S]*?\bfrom\b|insert\s+into\b|update\s+[\w."]+\s+(?:\w+\s+)?set\b|delete\s+from\b|truncate\s+(?:table\s+)?\w|merge\s+into\b|with\s+(?:recursive\s+)?\w+\s+as\s*\(|create\s+table\b)/i;
const CODE_CALL = /(?:[\w$]+|\))(?:\??\.[\w$]+)+\s*[(`]/;
const CODE_START =
  /(?:\bawait\s+|\breturn\s+|\bconst\s+\w+\s*=\s*)?(?:\b[\w$]+(?:\([^()]*\))?)(?:\s*\??\.[\w$]+)+\s*[(`]/;

const isSql = (text: string): boolean =>
  SQL_START.test(text) && !CODE_CALL.test(text.slice(0, text.search(SQL_START)));
const languageOf = (path: string): Piece['language'] => (path.endsWith('.sql') ? 'sql' : 'code');
const REQUEST = 'request';

/** A call with everything in its brackets, and the calls chained to it; words after it are left out. */
function callAt(text: string, start: number): string {
  let depth = 0;
  let end = start;
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at] ?? '';
    if (sign === "'" || sign === '"' || sign === '`') {
      const close = text.indexOf(sign, at + 1);
      at = close < 0 ? text.length : close;
    } else if ('([{'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    if (depth > 0 || at < end) continue;
    end = at + 1;
    // After a bracket either the chain goes on, or the call is over.
    if (')`'.includes(text[at] ?? '') && !/^\s*(?:\??\.\s*[\w$]|;)/.test(text.slice(end))) break;
  }
  return text.slice(start, end);
}

/** Takes pasted queries out of a request: fenced ones, or what looks like one. */
export function pastedIn(text: string): Piece[] {
  const fenced = [...text.matchAll(FENCE)].map(([, language = '', body = ''], index): Piece => ({
    path: index === 0 ? REQUEST : `${REQUEST}#${index + 1}`,
    language:
      /^(?:ts|js|tsx|jsx|typescript|javascript)$/i.test(language) ||
      (language === '' && !isSql(body))
        ? 'code'
        : 'sql',
    text: body,
  }));
  if (fenced.length > 0) return fenced;
  const marked = [...text.matchAll(/`([^`\n]{8,})`/g)].map(([, body = '']) => body);
  const body = marked.find((one) => isSql(one) || CODE_CALL.test(one));
  if (body !== undefined)
    return [{ path: REQUEST, language: isSql(body) ? 'sql' : 'code', text: body }];
  if (isSql(text))
    return [{ path: REQUEST, language: 'sql', text: text.slice(text.search(SQL_START)) }];
  const start = text.search(CODE_START);
  if (start < 0 || pathsIn(text).length > 0) return [];
  return [{ path: REQUEST, language: 'code', text: callAt(text, start) }];
}

/** The files of queries that a request names. */
export const pathsIn = (text: string): string[] =>
  [...new Set(text.match(PATH) ?? [])].slice(0, MAX_PATHS);
export const isQueryFile = (path: string): boolean =>
  /\.(?:sql|[cm]?[jt]sx?)$/.test(path) && !path.endsWith('.d.ts');
/** Whether a request is about what was changed. */
export const isAboutChanges = (text: string): boolean =>
  /\b(?:chang|diff|uncommitted|commit|branch'?s work|merge)/i.test(text);
export const pieceOf = (path: string, text: string): Piece => ({
  path,
  language: languageOf(path),
  text,
});

export type Placed = Use & { readonly path: string };

/** Reads every query of some texts; the tables that one of them makes are known in all. */
export async function usesIn(pieces: readonly Piece[]): Promise<readonly Placed[]> {
  const sql = pieces.filter(({ language }) => language === 'sql');
  const schemas = await Promise.all(sql.map(({ text }) => schemaIn(text)));
  const schema: Schema = new Map(schemas.flatMap((one) => [...one]));
  const read = await Promise.all(
    pieces.map(async ({ path, language, text }): Promise<readonly Placed[]> => {
      const uses =
        language === 'sql' ? (await sqlUses(text, schema)).uses : await codeUses(text, schema);
      const broken: Use = {
        line: 1,
        table: '?',
        access: 'write',
        verdict: 'unclear',
        why: 'its code cannot be parsed',
      };
      return (uses ?? [broken]).map((use) => ({ ...use, path }));
    }),
  );
  return read.flat();
}
