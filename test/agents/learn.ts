// Learns who takes what from labelled requests: npm run learn. What it comes to is agents/learned.json.
import { writeFileSync } from 'node:fs';
import { learn } from 'nova-agents/routing';
import { labelled } from './labelled.ts';

const file = new URL('../../agents/learned.json', import.meta.url);
const learned = learn(labelled());
const lines = Object.entries(learned.features).map(
  ([feature, weights]) => `    ${JSON.stringify(feature)}: ${JSON.stringify(weights)}`,
);
const { features: _, ...rest } = learned;
const head = JSON.stringify(rest, null, 2).slice(0, -2);
writeFileSync(file, `${head},\n  "features": {\n${lines.join(',\n')}\n  }\n}\n`);
process.stdout.write(`${lines.length} features of ${learned.ids.length} in agents/learned.json\n`);
