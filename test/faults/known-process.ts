// Forgets a record of a folder's memory, or is killed at its moment.
import { dyingFiles, type Moment } from './dying-files.ts';
import { known, SCOPE, WORD } from './knowing.ts';

const [folder = '', moment] = process.argv.slice(2);
const files = dyingFiles(moment === undefined ? undefined : (JSON.parse(moment) as Moment));
const nova = known(folder, files);
const record = (await nova.memory(SCOPE)).find(({ text }) => text.includes(WORD));
await nova.memory(SCOPE, { is: 'forget', id: record?.id ?? '' });
await nova.close();
process.stdout.write(JSON.stringify(files.counts));
