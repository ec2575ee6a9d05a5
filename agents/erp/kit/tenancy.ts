/** What a query does with the rows of one table. */
export interface Use {
  readonly line: number;
  readonly table: string;
  readonly access: 'read' | 'write';
  readonly verdict: Verdict;
  readonly why: string;
}
export type Verdict = 'safe' | 'leaks' | 'unclear';
export type Kind = 'tenant' | 'branch';
export const KINDS: readonly Kind[] = ['tenant', 'branch'];

const COLUMNS: Readonly<Record<string, Kind>> = {
  tenant: 'tenant',
  tenant_id: 'tenant',
  tenantid: 'tenant',
  branch: 'branch',
  branch_id: 'branch',
  branchid: 'branch',
};
/** Which border a column is of: `tenant_id`, `branchId` … */
export const kindOf = (column: string): Kind | undefined => COLUMNS[column.toLowerCase()];

/** Tables whose columns are known, and which borders run through them. */
export type Schema = ReadonlyMap<string, ReadonlySet<Kind>>;
/** The borders that run through a table: both, where nothing says otherwise. */
export const bordersOf = (schema: Schema, table: string): ReadonlySet<Kind> =>
  schema.get(table.toLowerCase()) ?? new Set(KINDS);

/** Judges a use by the borders that it keeps to; `opaque`: why more may hold than is seen. */
export function judged(
  use: Pick<Use, 'line' | 'table' | 'access'>,
  borders: ReadonlySet<Kind>,
  kept: ReadonlySet<Kind>,
  opaque?: string,
): Use {
  const open = [...borders].filter((kind) => !kept.has(kind));
  if (borders.size === 0) return { ...use, verdict: 'safe', why: 'all share it' };
  if (open.length === 0)
    return { ...use, verdict: 'safe', why: `it is held to one ${[...borders].join(' and ')}` };
  const why = `nothing holds it to one ${open.join(' and ')}`;
  return opaque === undefined
    ? { ...use, verdict: 'leaks', why }
    : { ...use, verdict: 'unclear', why: `${why} that can be read here: ${opaque}` };
}

/** What is written over what is there already may belong to another one. */
export const unlessOverwritten = (use: Use): Use =>
  use.verdict === 'safe'
    ? { ...use, verdict: 'unclear', why: 'on a conflict it may overwrite the row of another one' }
    : use;
