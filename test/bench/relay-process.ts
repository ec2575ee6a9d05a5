// Runs a chain in a process of its own, or takes it up, and says when it is half-way and when it has arrived.
import { openRelay, runChain } from './relay.ts';

const [folder = '', handoffs = '0'] = process.argv.slice(2);
const nova = openRelay(folder);
let steps = 0;
await runChain(nova, 'killed', Number(handoffs), () => {
  steps += 1;
  if (steps === Number(handoffs) >> 1) process.stdout.write('half\n');
});
await nova.close();
process.stdout.write('arrived\n');
