// Goal: no statement that is called safe brings a row of another tenant or branch.
// Method: statements put together at random (joins of all kinds, subqueries, renamed columns) run on a real database with rows of four
// branches; what is called safe must bring none of the other three. The seed is printed.
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { sqlUses } from '../../../agents/erp/kit/sql.ts';
import { chance, type Chance } from './chance.ts';

const SEED = 1;
const STATEMENTS = 200;
const OTHERS = 'of others';
const OWN = (alias: string) => `${alias}.tenant_id = 1 AND ${alias}.branch_id = 1`;

function database(): DatabaseSync {
  const db = new DatabaseSync(':memory:');
  for (const table of ['a', 'b', 'c']) {
    db.exec(`CREATE TABLE ${table} (id int, tenant_id int, branch_id int, mark text)`);
    for (const id of [0, 1, 2])
      for (const [tenant, branch] of [
        [1, 1],
        [1, 2],
        [2, 1],
        [2, 2],
      ])
        db.exec(
          `INSERT INTO ${table} VALUES (${id}, ${tenant}, ${branch}, '${tenant === 1 && branch === 1 ? 'own' : OTHERS}')`,
        );
  }
  return db;
}

function condition({ next, pick }: Chance, aliases: readonly string[], depth = 0): string {
  const inner = () => condition({ next, pick } as Chance, aliases, depth + 1);
  if (depth < 3 && next() < 0.5) return `(${inner()} ${pick(['AND', 'AND', 'OR'])} ${inner()})`;
  const [x, y] = [pick(aliases), pick(aliases)];
  return pick([
    OWN(x),
    `${x}.tenant_id = 1`,
    `${x}.branch_id = 1`,
    `${x}.tenant_id = ${y}.tenant_id AND ${x}.branch_id = ${y}.branch_id`,
    `${x}.tenant_id = ${y}.tenant_id`,
    `${x}.id = ${y}.id`,
    `NOT (${x}.tenant_id = 1)`,
    `EXISTS (SELECT 1 FROM c WHERE c.tenant_id = ${x}.tenant_id AND c.branch_id = ${x}.branch_id)`,
    `${x}.tenant_id IN (SELECT tenant_id FROM b WHERE b.tenant_id = 1 AND b.branch_id = 1)`,
    `(${x}.tenant_id, ${x}.branch_id) = (1, 1)`,
  ]);
}

function statement(luck: Chance, depth = 0): string {
  const { next, pick, upTo } = luck;
  const aliases: string[] = [];
  let from = '';
  for (let index = upTo(0, 2); index >= 0; index -= 1) {
    const alias = `x${depth}${index}`;
    const columns = pick(['*', '*', 'id AS tenant_id, branch_id, id, mark']);
    const inner = () =>
      pick([
        statement(luck, depth + 1),
        `SELECT ${columns} FROM a q WHERE ${condition(luck, ['q'])}`,
      ]);
    const rows = depth < 2 && next() < 0.3 ? `(${inner()})` : pick(['a', 'b', 'c']);
    const join = pick(['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
    aliases.push(alias);
    const on = aliases.length > 1 ? ` ON ${condition(luck, aliases)}` : '';
    from += aliases.length > 1 ? ` ${join} ${rows} AS ${alias}${on}` : `${rows} AS ${alias}`;
  }
  const out = pick(aliases);
  const columns =
    depth === 0
      ? aliases.map((alias) => `${alias}.mark AS ${alias}`).join(', ')
      : `${out}.id, ${out}.tenant_id, ${out}.branch_id, ${out}.mark`;
  const held = aliases.slice(0, upTo(0, aliases.length)).map(OWN);
  return `SELECT ${columns} FROM ${from} WHERE ${[...held, condition(luck, aliases)].join(' AND ')}`;
}

test('what is called safe brings no row of others', async () => {
  const db = database();
  const luck = chance(SEED);
  const told = { seed: SEED, statements: STATEMENTS, safe: 0 };
  for (let count = 0; count < STATEMENTS; count += 1) {
    const sql = statement(luck);
    const { uses } = await sqlUses(sql, new Map());
    if (!uses.every(({ verdict }) => verdict === 'safe')) continue;
    told.safe += 1;
    const rows = JSON.stringify(db.prepare(sql).all());
    expect({ sql, isOwn: !rows.includes(OTHERS) }).toEqual({ sql, isOwn: true });
  }
  process.stdout.write(`${JSON.stringify(told)}\n`);
  expect(told.safe).toBeGreaterThan(STATEMENTS / 10);
});
