/** One statement of a text, ready for the parser: every line stands where it stood. */
export interface SqlPiece {
  readonly sql: string;
  readonly line: number;
  /** Databases differ in where its quotes or comments end. */
  readonly odd: boolean;
}

/** A quote after a backslash; a comment that MySQL runs, or within a comment. */
const ODD = /^(?:'[\s\S]*\\'|\/\*(?:!|[\s\S]*\/\*))/;

// In this order: what opens first hides the others.
const TOKENS =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|(\$\w*\$)[\s\S]*?(?:\1|$)|::|;|\?(?!\w)|(?<![\w:])[:@][A-Za-z_]\w*/g;

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
const padded = (text: string, length: number): string => text.padEnd(length, ' ');

/** Takes comments out, and writes placeholders and quoted names as PostgreSQL does. */
function plain(token: string): string {
  if (token.startsWith('--') || token.startsWith('/*')) return blank(token);
  if (token.startsWith('`')) return `"${token.slice(1, -1)}"`;
  if (token === '?' || /^[:@]\w/.test(token)) return padded('$1', token.length);
  return token;
}

/** Splits a text into statements at its semicolons; quotes, comments and dollar quotes hide theirs. */
export function sqlPieces(text: string): SqlPiece[] {
  const pieces: SqlPiece[] = [];
  let sql = '';
  let line = 1;
  let odd = false;
  const take = (end: string): void => {
    if (sql.trim() !== '') {
      const lead = sql.length - sql.trimStart().length;
      pieces.push({ sql: sql.trim(), line: line + sql.slice(0, lead).split('\n').length - 1, odd });
    }
    line += `${sql}${end}`.split('\n').length - 1;
    sql = '';
    odd = false;
  };
  let at = 0;
  for (const token of text.matchAll(TOKENS)) {
    sql += text.slice(at, token.index);
    at = token.index + token[0].length;
    odd ||= ODD.test(token[0]);
    if (token[0] === ';') take(';');
    else sql += plain(token[0]);
  }
  sql += text.slice(at);
  take('');
  return pieces;
}
