// A run in which a secret is said wherever words can be: input, answer, an event from outside, a promise, a context, a dead letter.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { defineOrganisation, Nova } from 'nova-agents';
import { systemFiles } from '../../src/store/files.ts';
import type { Journal, Store } from '../../src/store/ports.ts';
import { listener } from '../fixtures/listener.ts';
import { unpackSegment } from '../../src/store/segment-bytes.ts';

export const RUN = 'local/talk';
/** With characters that JSON writes in more than one way. */
export const SECRET = 'Mrs Miller’s "blue" Ångström 7\\34';

export const organisation = defineOrganisation({ id: 'talks', agents: [], machines: [listener] });

export const secretIn = (journal: Journal, store: Store): Nova =>
  new Nova({ organisation, journal, store });

/** Talks until it is over, then says something that nobody hears. */
export async function talk(nova: Nova, id = 'talk'): Promise<void> {
  const run = `local/${id}`;
  const running = nova.run('listener', { text: SECRET }, { id, project: `/home/${SECRET}` });
  const say = { type: 'SAY', text: SECRET } as { type: string };
  const other = { type: 'SAY', text: `late ${SECRET}` } as { type: string };
  for (let isTaken = false; !isTaken;) {
    await new Promise((turn) => setImmediate(turn));
    const { outcome } = await nova.show(run).catch(() => ({ outcome: '' }));
    if (outcome === '') continue;
    await nova.send(`${run}#solo/node`, say);
    isTaken = (await nova.show(run)).outcome === 'told';
  }
  await running;
  await nova.send(`${run}#solo/node`, other);
}

/** How the secret may be spelt on a disk. */
const SPELLINGS: readonly Buffer[] = [
  Buffer.from(SECRET),
  Buffer.from(JSON.stringify(SECRET).slice(1, -1)),
  Buffer.from(JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)),
  Buffer.from(SECRET, 'utf16le'),
  Buffer.from(Buffer.from(SECRET).toString('hex')),
  Buffer.from(encodeURIComponent(SECRET)),
  ...[0, 1, 2].map((shift) =>
    // Without the ends, which depend on what stands beside.
    Buffer.from(
      Buffer.from(' '.repeat(shift) + SECRET)
        .toString('base64')
        .slice(4, -4),
    ),
  ),
  // Its rarest words alone.
  Buffer.from('Miller'),
  Buffer.from('ngstr'),
];

/** The files of a folder in which it stands, archives unpacked. */
export async function found(folder: string): Promise<string[]> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
  const hits: string[] = [];
  for (const file of files) {
    const bytes: Buffer[] = [readFileSync(file)];
    if (file.endsWith('.archive')) bytes.push((await unpackSegment(systemFiles, file)).bytes);
    if (SPELLINGS.some((one) => bytes.some((some) => some.includes(one)))) hits.push(file);
  }
  return hits;
}
