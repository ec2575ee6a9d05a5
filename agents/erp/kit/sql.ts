import { sqlParser } from './sql-parser.ts';
import { sqlPieces } from './sql-text.ts';
import { SqlReader } from './sql-uses.ts';
import { kindOf, type Kind, type Schema, type Use } from './tenancy.ts';

const MAX_SHOWN_CHARS = 60;

/** The tables that a text of SQL makes, and the borders that run through them. */
export async function schemaIn(text: string): Promise<Schema> {
  const parse = await sqlParser();
  const schema = new Map<string, ReadonlySet<Kind>>();
  for (const { sql, odd } of sqlPieces(text)) {
    const statement = !odd && /^create\s/i.test(sql) ? parse(sql) : undefined;
    if (statement?.type !== 'create table') continue;
    const kinds = statement.columns.flatMap((column) =>
      column.kind === 'column' ? (kindOf(column.name.name) ?? []) : [],
    );
    schema.set(statement.name.name.toLowerCase(), new Set(kinds));
  }
  return schema;
}

/** Reads every statement of a text; one that cannot be parsed is unclear, and the others count. `line`: of the text's first line. */
export async function sqlUses(
  text: string,
  schema: Schema,
  line = 1,
): Promise<{ readonly uses: readonly Use[]; readonly statements: number }> {
  const parse = await sqlParser();
  const pieces = sqlPieces(text);
  const uses = pieces.flatMap((piece): readonly Use[] => {
    const statement = piece.odd ? undefined : parse(piece.sql);
    const at = piece.line + line - 1;
    if (statement === undefined) {
      const access = /^\s*(?:select|with)\b/i.test(piece.sql) ? 'read' : 'write';
      const shown = piece.sql.replace(/\s+/g, ' ').slice(0, MAX_SHOWN_CHARS);
      return [
        { line: at, table: '?', access, verdict: 'unclear', why: `it cannot be parsed: ${shown}` },
      ];
    }
    const reader = new SqlReader(schema, piece.sql, at);
    reader.read(statement);
    return reader.uses;
  });
  return { uses, statements: pieces.length };
}
