// Opens a folder whose full segments wait to be archived, and closes it when they are; or is killed at its moment.
import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { fileJournal } from '../../src/store/file-journal.ts';
import { archiveFile, segmentFile } from '../../src/store/segment-bytes.ts';
import { join } from 'node:path';
import { dyingFiles, type Moment } from './dying-files.ts';

const [folder = '', moment] = process.argv.slice(2);
const files = dyingFiles(moment === undefined ? undefined : (JSON.parse(moment) as Moment));
const journal = fileJournal(folder, { files });
await journal.runs();
const home = join(folder, 'journal');
while (existsSync(segmentFile(home, 1)) || !existsSync(archiveFile(home, 1))) await turn();
await journal.close();
process.stdout.write(JSON.stringify(files.counts));
