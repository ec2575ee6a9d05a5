// Goal: a statement that reaches rows of another tenant or branch is never called safe, and one that is held to its own is.
// Method: a table of statements by verdict, and conditions put together at random of parts whose effect is known.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schemaIn, sqlUses } from '../../../agents/erp/kit/sql.ts';
import type { Schema } from '../../../agents/erp/kit/tenancy.ts';

async function sql(text: string, schema: Schema = new Map()): Promise<string> {
  const { uses } = await sqlUses(text, schema);
  return uses.map(({ line, table, verdict }) => `${line} ${table} ${verdict}`).join(', ');
}

const OWN = 'tenant_id = $1 AND branch_id = $2';

describe('SQL', () => {
  test.each([
    [`SELECT * FROM invoices WHERE ${OWN}`, '1 invoices safe'],
    ['SELECT * FROM erp.invoices WHERE tenant_id = :t AND branch_id = ?', '1 invoices safe'],
    [
      "SELECT * FROM `invoices` WHERE branch_id = 'b' AND (x = 1 AND tenant_id = @t)",
      '1 invoices safe',
    ],
    ['SELECT * FROM a WHERE (tenant_id, branch_id) = ($1, $2)', '1 a safe'],
    [`SELECT * FROM a WHERE (${OWN} AND x = 1) OR (${OWN})`, '1 a safe'],
    [
      "SELECT * FROM a WHERE tenant_id = current_setting('app.t')::uuid AND branch_id = $1",
      '1 a safe',
    ],
    [
      `SELECT *\nFROM a\nJOIN b ON b.tenant_id = a.tenant_id AND a.branch_id = b.branch_id\nWHERE a.tenant_id = $1 AND b.branch_id = $2`,
      '2 a safe, 3 b safe',
    ],
    [
      `WITH x AS (SELECT * FROM a WHERE ${OWN}) SELECT * FROM x JOIN b USING (tenant_id, branch_id)`,
      '1 a safe, 1 b safe',
    ],
    [
      `SELECT * FROM a WHERE ${OWN} AND EXISTS (SELECT 1 FROM b WHERE b.tenant_id = a.tenant_id AND b.branch_id = a.branch_id)`,
      '1 a safe, 1 b safe',
    ],
    [`INSERT INTO a (id, tenant_id, branch_id) VALUES (1, $1, $2), (2, $1, $2)`, '1 a safe'],
    [
      `INSERT INTO a (tenant_id, branch_id) SELECT tenant_id, branch_id FROM b WHERE ${OWN}`,
      '1 b safe, 1 a safe',
    ],
    [`UPDATE a SET x = 1 WHERE ${OWN}; DELETE FROM a WHERE ${OWN}`, '1 a safe, 1 a safe'],
    ["SELECT 'a; b' -- c;\nFROM a /* ; */ WHERE tenant_id = 1 AND branch_id = 2", '2 a safe'],
    ['SELECT 1; BEGIN; COMMIT', ''],
  ])('safe: %s', async (text, said) => {
    expect(await sql(text)).toBe(said);
  });

  test.each([
    ['SELECT * FROM a', '1 a leaks'],
    ['SELECT * FROM a WHERE tenant_id = $1', '1 a leaks'],
    ['SELECT * FROM a WHERE tenant_id = tenant_id AND branch_id = $1', '1 a leaks'],
    [`SELECT * FROM a WHERE ${OWN} OR true`, '1 a leaks'],
    ['SELECT * FROM a WHERE ($1 IS NULL OR tenant_id = $1) AND branch_id = $2', '1 a leaks'],
    ['SELECT * FROM a WHERE NOT (tenant_id = $1) AND branch_id = $2', '1 a leaks'],
    ['SELECT * FROM a WHERE tenant_id <> $1 AND branch_id = $2', '1 a leaks'],
    ['SELECT * FROM a WHERE tenant_id IN (1, 2) AND branch_id = $2', '1 a leaks'],
    ['SELECT * FROM a WHERE tenant_id = ANY($1) AND branch_id = $2', '1 a leaks'],
    ['SELECT * FROM a WHERE tenant_id = coalesce($1, tenant_id) AND branch_id = $2', '1 a leaks'],
    [
      `SELECT * FROM a LEFT JOIN b ON a.tenant_id = $1 AND a.branch_id = $2`,
      '1 a leaks, 1 b leaks',
    ],
    [
      `SELECT * FROM a JOIN b ON b.id = a.id WHERE a.tenant_id = $1 AND a.branch_id = $2`,
      '1 a safe, 1 b leaks',
    ],
    [
      `SELECT * FROM a FULL JOIN b ON a.tenant_id = $1 AND a.branch_id = $2 AND b.tenant_id = $1 AND b.branch_id = $2`,
      '1 a leaks, 1 b leaks',
    ],
    [`SELECT (SELECT count(*) FROM b) FROM a WHERE ${OWN}`, '1 a safe, 1 b leaks'],
    [`SELECT * FROM a WHERE ${OWN}\nUNION ALL SELECT * FROM a`, '1 a safe, 2 a leaks'],
    [
      'WITH x AS (SELECT id AS tenant_id, branch_id FROM a WHERE tenant_id = $1 AND branch_id = $2) SELECT * FROM x JOIN b USING (tenant_id, branch_id)',
      '1 a safe, 1 b leaks',
    ],
    [`DELETE FROM a WHERE id = $1;\n\nTRUNCATE b`, '1 a leaks, 3 b leaks'],
    [
      `SELECT * FROM (SELECT x, y FROM a WHERE ${OWN}) AS d(tenant_id, branch_id) JOIN b USING (tenant_id, branch_id)`,
      '1 a safe, 1 b leaks',
    ],
    [`UPDATE a SET tenant_id = $3 WHERE ${OWN}`, '1 a leaks'],
    ['INSERT INTO a (id, tenant_id) VALUES (1, $1)', '1 a leaks'],
    ['INSERT INTO a (tenant_id, branch_id) VALUES ($1, $2), ($1, DEFAULT)', '1 a leaks'],
  ])('leaks: %s', async (text, said) => {
    expect(await sql(text)).toBe(said);
  });

  test.each([
    ['MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE', '1 ? unclear'],
    [`SELEC * FROM a; SELECT * FROM a WHERE ${OWN}`, '1 ? unclear, 1 a safe'],
    ['CREATE TABLE x AS SELECT * FROM invoices', '1 ? unclear'],
    ['COPY a TO STDOUT', '1 ? unclear'],
    ['DROP TABLE a', '1 ? unclear'],
    ['SELECT everything($1)', '1 everything() unclear'],
    ['SELECT * FROM invoices_of($1)', '1 invoices_of() unclear'],
    ['SELECT * FROM a WHERE $1', '1 a unclear'],
    ['SELECT * FROM a, b WHERE tenant_id = $1 AND branch_id = $2', '1 a unclear, 1 b unclear'],
    ['SELECT * FROM a WHERE tenant_id IN (?) AND branch_id = ?', '1 a unclear'],
    ['INSERT INTO a VALUES (1, 2)', '1 a unclear'],
    [
      'INSERT INTO a (id, tenant_id, branch_id) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET x = 1',
      '1 a unclear',
    ],
    ["SELECT 'never closed", '1 ? unclear'],
    [`SELECT * FROM a AS x(tenant_id, branch_id) WHERE ${OWN}`, '1 a unclear'],
    [`SELECT * FROM a WHERE ${OWN} AND x = E'\\'' OR true --'`, '1 ? unclear'],
    [`SELECT * FROM a WHERE ${OWN} /*! OR true */`, '1 ? unclear'],
    [`SELECT * FROM a /* /* */ WHERE ${OWN} -- */`, '1 ? unclear'],
  ])('unclear: %s', async (text, said) => {
    expect(await sql(text)).toBe(said);
  });

  test('a table that says which borders run through it is held to those', async () => {
    const schema = await schemaIn(
      'CREATE TABLE countries (code text); CREATE TABLE tenants_notes (tenant_id int, note text);',
    );
    expect(await sql('SELECT * FROM countries', schema)).toBe('1 countries safe');
    expect(await sql('SELECT * FROM tenants_notes WHERE tenant_id = $1', schema)).toContain('safe');
    expect(await sql('SELECT * FROM tenants_notes', schema)).toContain('leaks');
  });

  test('however it is put together, only what holds both borders of every row is safe', async () => {
    const atom = fc.constantFrom(
      { text: 'tenant_id = $1', holds: ['tenant'] },
      { text: 'branch_id = $2', holds: ['branch'] },
      { text: 'x = 3', holds: [] },
      { text: 'NOT (tenant_id = $1)', holds: [] },
      { text: 'branch_id IS NOT NULL', holds: [] },
    );
    type Condition = { text: string; holds: readonly string[] };
    const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
      condition: fc.oneof(
        { maxDepth: 4 },
        atom as fc.Arbitrary<Condition>,
        fc
          .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
          .map(([a, op, b]) => ({
            text: `(${a.text} ${op} ${b.text})`,
            holds:
              op === 'AND'
                ? [...a.holds, ...b.holds]
                : a.holds.filter((one) => b.holds.includes(one)),
          })),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(condition, async ({ text, holds }) => {
        const verdict = new Set(holds).size === 2 ? 'safe' : 'leaks';
        expect(await sql(`SELECT * FROM a WHERE ${text}`)).toBe(`1 a ${verdict}`);
      }),
      { numRuns: 60 },
    );
  });
});
