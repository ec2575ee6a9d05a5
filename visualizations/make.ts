// Writes the pictures: npm run pictures. A file of that folder that is no picture any more is taken away.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './code.ts';
import { makePictures, pictureFolder } from './pictures.ts';

const folder = join(repository, pictureFolder);
const pictures = await makePictures();
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!pictures.has(name)) rmSync(join(folder, name));
for (const [name, text] of pictures) writeFileSync(join(folder, name), text);
process.stdout.write(`${pictures.size} pictures in ${pictureFolder}\n`);
