import type { Table } from '../../../agents/erp/contracts.ts';
import { Folder } from '../../fixtures/repository.ts';
import { written } from './alike.ts';
import { Ledger } from './books.ts';
import { BRANCHES } from './branches.ts';
import { chance } from './chance.ts';
import { filesOf } from './csv-files.ts';
import { PLANTS } from './planted.ts';

const PLANTED = 8;

/** A folder with the seeded books of all branches, and what is planted in each; a canary stands in every one. */
export function project(seed: number) {
  const folder = new Folder();
  const books = BRANCHES.map((branch, index) => {
    const book = new Ledger(seed, branch);
    const { rows, expected } = written(book, chance(seed * 97 + index).some(PLANTS, PLANTED));
    const files = filesOf(rows);
    const at = (table: Table) => `books/${branch.tenant}/${branch.branch}/${table}.csv`;
    for (const [table, text] of files) folder.write(at(table), text);
    return { branch, canary: book.canary, expected, files, at };
  });
  return { folder, books };
}
