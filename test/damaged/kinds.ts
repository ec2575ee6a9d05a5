// The files that Nova reads, what may lie in their places, and what is said then.
import { frame, HEADER, markAfterSync } from '../../src/store/framing.ts';

/** The run of every journal and document. */
export const RUN = 'local/one';
export const HUGE_BYTES = 100_000_000;

export const DAMAGES = [
  'wrong JSON',
  'truncated',
  'an array',
  'null',
  'invalid UTF-8',
  "another program's",
  'empty',
  'a folder',
  '100 MB',
] as const;
export type Damage = (typeof DAMAGES)[number];

/** One to be read. */
export interface Row {
  readonly kind: string;
  readonly folder: string;
  readonly file: string;
}
/** How it was refused, or what came of it. */
export type Told =
  | { readonly code: string; readonly exit: number; readonly line: string }
  | { readonly value: string };

export interface Kind {
  readonly file: string;
  /** What lies there in four of the damages, and in one the bytes around what is no UTF-8. */
  readonly texts: Readonly<Record<string, string>>;
  readonly wrap: (text: string) => Buffer;
  /** Its code, its exit code, and what it says, by damage; one pattern where each comes to the same value. */
  readonly refused?: { readonly code: string; readonly exit: number };
  readonly says: Readonly<Record<Damage, RegExp>> | RegExp;
  /** What the code is where the file system itself refuses. */
  readonly unavailable?: string;
}

const NO_UTF8 = '\u00ff\u00fe';
const plain = (text: string): Buffer => Buffer.from(text, 'latin1');

/** A segment with one record, whose checksum fits whatever it holds. */
function framed(text: string): Buffer {
  const record = frame(text.replace(NO_UTF8, '??'));
  record.write(text, record.length - text.length, 'latin1');
  markAfterSync(record);
  return Buffer.concat([HEADER, record]);
}

const json = {
  'wrong JSON': '{"format":1,,}',
  truncated: '{"format":1,"organi',
  'an array': '[]',
  null: 'null',
  'invalid UTF-8': `{"format":1,"a":"${NO_UTF8}"}`,
};
const code = {
  'wrong JSON': '\nexport default {,}',
  truncated: 'export default { organi',
  'an array': 'export default []',
  null: 'export default null',
  'invalid UTF-8': `export default { a: "${NO_UTF8}" }`,
};
const inJournal = {
  ...json,
  'invalid UTF-8': `{"effectId":"${NO_UTF8}","kind":"begun","run":"r"}`,
};

const saysOfJson: Kind['says'] = {
  'wrong JSON': /at character 12: it is not JSON/,
  truncated: /at character 19: it is not JSON/,
  'an array': /at its top: .*expected object, received array/,
  null: /at its top: .*expected object, received null/,
  'invalid UTF-8': /at byte 17: it is not UTF-8/,
  "another program's": /at byte \d+: it is not UTF-8/,
  empty: /at its end: it is not JSON/,
  'a folder': /a folder lies where a file is needed/,
  '100 MB': /100000000 bytes are no file of ours/,
};
const record = /at byte 16: this is no journal record/;
const header = /at byte 0: it does not begin as a journal/;
const saysOfJournal: Kind['says'] = {
  ...saysOfJson,
  'wrong JSON': record,
  truncated: record,
  'an array': record,
  null: record,
  'invalid UTF-8': record,
  "another program's": header,
  empty: header,
  '100 MB': header,
};
const saysOfCode = (none: RegExp): Kind['says'] => ({
  'wrong JSON': /at line 2: Unexpected token/,
  truncated: /at line 1: /,
  'an array': none,
  null: none,
  'invalid UTF-8': /it is not UTF-8/,
  "another program's": /it is not UTF-8/,
  empty: none,
  'a folder': /a folder lies where a file is needed/,
  '100 MB': /100000000 bytes are no module/,
});
const INDEXED = new RegExp(`^\\["${RUN}"\\]$`);
const another = /at byte 0: it is another program's file/;

const corrupt = { code: 'corrupt_file', exit: 3 };
const config = { code: 'bad_config', exit: 64 };
const request = { code: 'bad_request', exit: 64 };
const journal: Kind = {
  file: 'journal/00000001.log',
  texts: inJournal,
  wrap: framed,
  refused: corrupt,
  says: saysOfJournal,
  unavailable: 'store_unavailable',
};
const document = `documents/runs/${RUN}.json`;
const lock: Kind = {
  file: 'nova.lock.json',
  texts: json,
  wrap: plain,
  refused: config,
  says: saysOfJson,
};

export const kinds: Readonly<Record<string, Kind>> = {
  'the journal': journal,
  'the journal, beside its writer': journal,
  'a document': { ...journal, file: document, texts: json, wrap: plain, says: saysOfJson },
  // The last good state is the journal's.
  'a snapshot': { file: document, texts: json, wrap: plain, says: /^"done"$/ },
  // Never believed: what it said is read from the journal again.
  'the index': { file: 'index.sqlite', texts: json, wrap: plain, says: INDEXED },
  "the index's seal": { file: 'index.seal', texts: json, wrap: plain, says: INDEXED },
  'holder.lock': {
    ...journal,
    file: 'holder.lock',
    texts: json,
    wrap: plain,
    says: {
      'wrong JSON': another,
      truncated: another,
      'an array': another,
      null: another,
      'invalid UTF-8': another,
      "another program's": another,
      // Nobody's file yet.
      empty: /^true$/,
      'a folder': /cannot be opened and locked/,
      '100 MB': another,
    },
  },
  // Only helps to find the holder, whom the lock names.
  'holder.json': { file: 'holder.json', texts: json, wrap: plain, says: /^"nobody known"$/ },
  'a configuration': {
    file: 'nova.config.ts',
    texts: code,
    wrap: plain,
    refused: config,
    says: saysOfCode(/its default export: .*is not made by defineOrganisation/),
  },
  'a module to check': {
    file: 'module.ts',
    texts: code,
    wrap: plain,
    refused: config,
    says: saysOfCode(/it exports no organisation/),
  },
  'nova.lock.json': lock,
  'nova.lock.json, to be written anew': lock,
  'a counterexample': { ...lock, file: 'way.json', refused: request },
  'a counterexample, to be gone along': { ...lock, file: 'way.json', refused: request },
};
