// The first day of a conversation: two turns that are answered, and one that waits for a person when the process is killed.
import { conversing } from './days.ts';

const nova = conversing(process.argv[2] ?? '', 0);
const options = { scope: 'acme/shop', session: 'roof', project: '.' };
await nova.memory('acme', { is: 'note', kind: 'promise', text: 'Ada gets her keys' });
await nova.ask('thinker: the roof leaks', { ...options, id: 'first' });
await nova.ask('thinker: by the chimney', { ...options, id: 'second' });
const { outcome } = await nova.ask('desk: the roofer comes', { ...options, id: 'third' });
process.stdout.write(outcome);
setInterval(() => {}, 1_000);
