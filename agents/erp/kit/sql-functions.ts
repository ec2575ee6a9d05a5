/** Functions that read no table. Any other one may read anything. */
export const HARMLESS = new Set(
  (
    'abs array_agg avg bool_and bool_or cardinality ceil ceiling char_length coalesce concat concat_ws count cume_dist ' +
    'current_date current_setting current_timestamp date_part date_trunc dense_rank div exists extract first_value floor format ' +
    'gen_random_uuid generate_series greatest json_agg json_build_object jsonb_agg jsonb_build_object lag last_value lead least left ' +
    'length lower lpad ltrim max min mod now nullif ntile power rank regexp_replace replace right round row_number row_to_json ' +
    'rpad rtrim sign split_part sqrt string_agg strpos substr substring sum to_char to_date to_json to_jsonb to_number to_timestamp ' +
    'trim trunc unnest upper uuid_generate_v4 any all some array'
  ).split(' '),
);

/** Schemas of the database itself. */
export const SYSTEM = new Set(['pg_catalog', 'information_schema']);

/** Statements that neither read nor write a row. */
export const QUIET: ReadonlySet<string> = new Set([
  'begin',
  'start transaction',
  'commit',
  'rollback',
  'create table',
  'create index',
  'create sequence',
  'create extension',
  'create schema',
  'create enum',
  'comment',
]);

/** What is read as a query wherever it stands. */
export const QUERIES: ReadonlySet<string> = new Set([
  'select',
  'union',
  'union all',
  'with',
  'with recursive',
]);
