import { posix } from 'node:path';
import { WorkbookError } from '../../errors/workbook-error.ts';
import { showsDate } from './values.ts';
import { readXml, type Attributes } from './xml.ts';
import type { Parts } from './zip.ts';

const MAX_SHEETS = 200;
const MAX_STYLES = 70_000;

interface Sheet {
  readonly name: string;
  readonly part: string;
  readonly hidden: boolean;
}
/** What a workbook says of its sheets, before any of them is read. */
export interface Book {
  readonly sheets: readonly Sheet[];
  /** For each style of a cell, whether it shows a date. */
  readonly dates: readonly boolean[];
  readonly since1904: boolean;
  /** Where the texts stand that cells share. */
  readonly texts: string | undefined;
}

interface Relation {
  readonly kind: string;
  readonly part: string;
}
const isTrue = (said: string | undefined): boolean => said === '1' || said === 'true';

/** Whom a part refers to, by the id under which it does. */
async function relationsOf(parts: Parts, part: string): Promise<Map<string, Relation>> {
  const relations = new Map<string, Relation>();
  const folder = posix.dirname(part);
  const file = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!parts.has(file)) throw new WorkbookError('no-workbook', 'it refers to nothing');
  const open = (name: string, { Id = '', Type = '', Target = '', TargetMode }: Attributes) => {
    if (name !== 'Relationship' || TargetMode === 'External') return;
    const path = Target.startsWith('/') ? Target : posix.join('/', folder, Target);
    relations.set(Id, { kind: posix.basename(Type), part: posix.normalize(path).slice(1) });
  };
  await readXml(parts.read(file), { open });
  return relations;
}

async function datesOf(parts: Parts, part: string | undefined): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const dates: boolean[] = [];
  let isCellStyle = false;
  const open = (name: string, { numFmtId, formatCode }: Attributes) => {
    const id = Number(numFmtId ?? 0);
    if (name === 'cellXfs') isCellStyle = true;
    if (name === 'numFmt' && formatCode !== undefined) codes.set(id, formatCode);
    if (name === 'xf' && isCellStyle) dates.push(showsDate(id, codes.get(id)));
    if (dates.length > MAX_STYLES) throw new WorkbookError('too-large', 'it has too many styles');
  };
  const close = (name: string) => {
    if (name === 'cellXfs') isCellStyle = false;
  };
  if (part !== undefined) await readXml(parts.read(part), { open, close });
  return dates;
}

/** Reads what a workbook says of itself. */
export async function readBook(parts: Parts): Promise<Book> {
  const top = [...(await relationsOf(parts, '')).values()];
  const book = top.find(({ kind }) => kind === 'officeDocument')?.part;
  if (book === undefined) throw new WorkbookError('no-workbook', 'it names no document');
  const relations = await relationsOf(parts, book);
  const partOf = (wanted: string) =>
    [...relations.values()].find(({ kind }) => kind === wanted)?.part;
  const sheets: Sheet[] = [];
  let [since1904, isWorkbook] = [false, false];
  const open = (tag: string, { name = '', id = '', state, date1904 }: Attributes) => {
    if (tag === 'workbook') isWorkbook = true;
    if (tag === 'workbookPr') since1904 = isTrue(date1904);
    const relation = tag === 'sheet' ? relations.get(id) : undefined;
    // A chart can be a sheet too.
    if (relation?.kind === 'worksheet')
      sheets.push({
        name,
        part: relation.part,
        hidden: state !== undefined && state !== 'visible',
      });
    if (sheets.length > MAX_SHEETS) throw new WorkbookError('too-large', 'it has too many sheets');
  };
  await readXml(parts.read(book), { open });
  if (!isWorkbook) throw new WorkbookError('no-workbook', 'it is another kind of document');
  const dates = await datesOf(parts, partOf('styles'));
  return { sheets, dates, since1904, texts: partOf('sharedStrings') };
}
