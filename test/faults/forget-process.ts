// Forgets what was said in a folder's run, or is killed at its moment.
import { fileJournal } from '../../src/store/file-journal.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { dyingFiles, type Moment } from './dying-files.ts';
import { RUN, secretIn } from './secret.ts';

const [folder = '', moment] = process.argv.slice(2);
const files = dyingFiles(moment === undefined ? undefined : (JSON.parse(moment) as Moment));
const nova = secretIn(fileJournal(folder, { files, archive: false }), fileStore(folder, { files }));
await nova.forget(RUN);
await nova.close();
process.stdout.write(JSON.stringify(files.counts));
