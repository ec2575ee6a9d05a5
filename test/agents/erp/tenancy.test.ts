// Goal: a call that reaches rows of another tenant or branch is never called safe; requests are about queries in them, files, or changes.
// Method: a table of calls by verdict; requests with queries pasted, with files on disk, in a repository.
import { describe, expect, test } from 'vitest';
import { codeUses } from '../../../agents/erp/kit/code.ts';
import { pastedIn } from '../../../agents/erp/kit/material.ts';
import { tenancyGuard } from '../../../agents/erp/tenancy-guard.ts';
import { perform } from '../../fixtures/perform.ts';
import { Folder, Repository } from '../../fixtures/repository.ts';

async function code(text: string): Promise<string> {
  const uses = (await codeUses(text, new Map())) ?? [];
  return uses.map(({ line, table, verdict }) => `${line} ${table} ${verdict}`).join(', ');
}

const OWN = 'tenant_id = $1 AND branch_id = $2';

describe('calls', () => {
  test.each([
    ['prisma.invoice.findMany({ where: { tenantId, branchId: user.branchId } })', '1 invoice safe'],
    [
      'prisma.invoice.findFirst({ where: { AND: [{ tenantId }, { branchId: { equals: b } }] } })',
      '1 invoice safe',
    ],
    [
      'prisma.invoice.update({ where: { tenantId_branchId_id: { tenantId, branchId, id } }, data: { x } })',
      '1 invoice safe',
    ],
    [
      'prisma.invoice.createMany({ data: [{ tenantId, branchId }, { tenantId, branchId }] })',
      '1 invoice safe',
    ],
    [
      'invoiceRepository.find({ where: [{ tenantId, branchId, a }, { tenantId, branchId, b }] })',
      '1 invoice safe',
    ],
    [
      "knex('invoices').where({ tenant_id: t }).andWhere('branch_id', '=', b).select('*')",
      '1 invoices safe',
    ],
    [
      "repo.createQueryBuilder('i').where('i.tenant_id = :t AND i.branch_id = :b', { t, b }).getMany()",
      '1 repo safe',
    ],
    ['prisma.$queryRaw`SELECT * FROM a WHERE tenant_id = ${t} AND branch_id = ${b}`', '1 a safe'],
    ["knex('a').where({ tenant_id: t, branch_id: b }).orderBy('x').limit(5)", '1 a safe'],
    ['items.find((one) => one.id === id); map.delete(key); list.count()', ''],
  ])('safe: %s', async (text, said) => {
    expect(await code(text)).toBe(said);
  });

  test.each([
    ['prisma.invoice.findMany()', '1 invoice leaks'],
    ['prisma.invoice.findUnique({ where: { id } })', '1 invoice leaks'],
    ['prisma.invoice.findMany({ where: { tenantId: undefined, branchId } })', '1 invoice leaks'],
    ['prisma.invoice.findMany({ where: { OR: [{ tenantId, branchId }] } })', '1 invoice leaks'],
    ['prisma.invoice.findMany({ where: { tenantId: { in: ids }, branchId } })', '1 invoice leaks'],
    [
      'prisma.invoice.updateMany({ where: { tenantId, branchId }, data: { tenantId: other } })',
      '1 invoice leaks',
    ],
    [
      'invoiceRepository.find({ where: [{ tenantId, branchId }, { open: true }] })',
      '1 invoice leaks',
    ],
    ['invoiceRepository.findBy({ tenantId: Not(t), branchId })', '1 invoice leaks'],
    [
      "knex('invoices').where('tenant_id', t).andWhere('branch_id', b).orWhere('x', 1)",
      '1 invoices leaks',
    ],
    ["knex('invoices').where('id', id).del()", '1 invoices leaks'],
    [
      "repo.createQueryBuilder('i').where('i.tenant_id = :t AND i.branch_id = :b').where('i.x = 1').getMany()",
      '1 repo leaks',
    ],
    ["pool.query('DELETE FROM payments')", '1 payments leaks'],
    ["const q = 'SELECT * FROM a'", '1 a leaks'],
    [
      "knex('a').join('b', 'x', 'y').where({ 'b.tenant_id': t, 'b.branch_id': b })",
      '1 a leaks, 1 b unclear',
    ],
    [
      "repo.createQueryBuilder('i').where('i.tenant_id = :t AND i.branch_id = :b AND i.id IN (SELECT id FROM c)')",
      '1 repo safe, 1 c leaks',
    ],
    ["knex('a').where('x', 1).orWhere('y', 2).where({ tenant_id: t, branch_id: b })", '1 a leaks'],
    ["knex('a').where({ tenant_id: t, branch_id: b }).clearWhere()", '1 a leaks'],
    ['const q = 1;\ndb.$queryRaw`\n  SELECT * FROM a\n  WHERE tenant_id = ${t}`', '3 a leaks'],
  ])('leaks: %s', async (text, said) => {
    expect(await code(text)).toBe(said);
  });

  test.each([
    ['prisma.invoice.findMany({ where })', '1 invoice unclear'],
    ['prisma.invoice.findMany({ ...options })', '1 invoice unclear'],
    [
      'prisma.invoice.findMany({ where: { tenantId: user?.tenantId, branchId } })',
      '1 invoice unclear',
    ],
    ['prisma[model].findMany({ where: { id } })', '1 ? unclear'],
    ["knex('invoices').withTenant(t).select()", '1 invoices unclear'],
    [
      "knex('invoices').where({ tenant_id: t, branch_id: b }).join('lines', 'a', 'b')",
      '1 invoices safe, 1 lines unclear',
    ],
    ["pool.query('SELECT * FROM ' + table)", '1 ? unclear'],
    [
      'sql`SELECT * FROM a WHERE tenant_id IN (${sql.join(ids)}) AND branch_id = ${b}`',
      '1 a unclear',
    ],
    ['repo.remove(invoice)', '1 repo unclear'],
    ['repo.save({ id, tenantId, branchId })', '1 repo unclear'],
    ["knex('a').insert({ tenant_id: t, branch_id: b }).onConflict('id').merge()", '1 a unclear'],
    ['prisma.invoice.findMany({ where: { tenantId, branchId, ...more } })', '1 invoice unclear'],
    ['db.select().from(invoices).where(eq(invoices.tenantId, t))', '1 invoices unclear'],
    ['Invoice.findAll({ where: { tenantId, branchId } })', '1 Invoice unclear'],
    ['invoiceModel.find({ tenantId, branchId })', '1 invoiceModel unclear'],
    ['const q = `SELECT * FROM a WHERE x = ${y}`', '1 ? unclear'],
  ])('unclear: %s', async (text, said) => {
    expect(await code(text)).toContain(said);
  });
});

describe('a request', () => {
  const ask = (text: string, path = new Folder().path) =>
    perform<{
      verdict: string;
      uses: { path: string; line: number }[];
      unread: string[];
      summary: string;
    }>(tenancyGuard, text, path);

  test.each([
    ['Check this: SELECT * FROM a', 'sql', 'SELECT * FROM a'],
    ['Is `DELETE FROM a WHERE id = 1` safe?', 'sql', 'DELETE FROM a WHERE id = 1'],
    [
      'Is prisma.a.findMany({ where: { x: ")" } }) safe for us (really)?',
      'code',
      'prisma.a.findMany({ where: { x: ")" } })',
    ],
    ['Look:\n```ts\nawait db.a.findMany();\n```\nfine?', 'code', 'await db.a.findMany();\n'],
    ['Look:\n```\nSELECT 1 FROM a;\n```', 'sql', 'SELECT 1 FROM a;\n'],
  ])('%j holds a query', (text, language, query) => {
    expect(pastedIn(text)).toMatchObject([{ language, text: query }]);
  });

  test('names files, which are read with their lines; what cannot be read keeps it from being safe', async () => {
    const folder = new Folder()
      .write('db/schema.sql', 'CREATE TABLE countries (code text);')
      .write('db/reports.sql', `SELECT * FROM countries;\n\nSELECT * FROM a WHERE ${OWN};\n`)
      .write('src/a.ts', 'const x = 1;\nprisma.a.findMany({ where: { id } });\n')
      .write('src/broken.ts', 'const = {');
    const safe = await ask('Is db/reports.sql isolated, given db/schema.sql?', folder.path);
    expect(safe.value).toMatchObject({ verdict: 'safe', uses: [{ line: 1 }, { line: 3 }] });
    expect(await ask('Is db/reports.sql isolated, given db/schema.sql?', folder.path)).toEqual(
      safe,
    );
    const leaks = await ask('Does src/a.ts leak between tenants?', folder.path);
    expect(leaks.value).toMatchObject({ verdict: 'leaks', uses: [{ path: 'src/a.ts', line: 2 }] });
    expect(leaks.value.summary).toContain('`src/a.ts:2` reads `a`');
    const missing = await ask(
      'Are db/reports.sql, db/schema.sql and db/gone.sql isolated?',
      folder.path,
    );
    expect(missing.value).toMatchObject({
      verdict: 'unclear',
      unread: ['`db/gone.sql` (missing)'],
    });
    expect((await ask('Does src/broken.ts leak?', folder.path)).value.verdict).toBe('unclear');
    expect((await ask('Does ../secret.sql leak?', folder.path)).outcome).toBe('refused');
  });

  test('is about what is changed, or refused', async () => {
    const project = new Repository().write('a.sql', 'SELECT * FROM b;').commit('feat: a');
    expect(await ask('Does my change leak over tenants?', project.path)).toMatchObject({
      outcome: 'refused',
    });
    project.write('new.sql', '\nDELETE FROM a;');
    const { value } = await ask('Does my change leak over tenants?', project.path);
    expect(value).toMatchObject({ verdict: 'leaks', uses: [{ path: 'new.sql', line: 2 }] });
    expect(await ask('Can another tenant see these rows?', project.path)).toMatchObject({
      outcome: 'refused',
    });
  });
});
