import type { Statement } from 'pgsql-ast-parser';

export type * from 'pgsql-ast-parser';

/** Parses one statement of SQL, in PostgreSQL's dialect; undefined where it cannot. Loaded on use. */
export async function sqlParser(): Promise<(sql: string) => Statement | undefined> {
  const { parse } = await import('pgsql-ast-parser');
  return (sql) => {
    try {
      const [statement, ...others] = parse(sql, { locationTracking: true });
      return others.length === 0 ? statement : undefined;
    } catch {
      return undefined;
    }
  };
}
