// Forgetting a record is killed at every write, sync, rename and removal: it is known as before, or nowhere, and comes back to nobody.
import { join } from 'node:path';
import { found, known as opened, SCOPE, told, WORD } from './knowing.ts';
import { killedAtEach } from './moments.ts';
import { inFolder, randomBy, type Part, type Scale } from './part.ts';

const ENTRY = join(import.meta.dirname, 'known-process.ts');
/** Of about 400. */
const MOMENTS = { short: 1, sown: 20, whole: 60 };

/** What is wrong with what a killed process left. */
async function left(folder: string): Promise<string[]> {
  const wrong: string[] = [];
  const nova = opened(folder);
  const record = (await nova.memory(SCOPE)).find(({ text }) => text.includes(WORD));
  if (record !== undefined) await nova.memory(SCOPE, { is: 'forget', id: record.id });
  wrong.push(...found(folder).map((file) => `it stands in ${file}`));
  await nova.close();
  const again = opened(folder);
  const { value } = await again.run('clerk', { text: 'recall what of the roof' }, { scope: SCOPE });
  if (!JSON.stringify(value).includes('tiles')) wrong.push(`recalled is ${JSON.stringify(value)}`);
  await again.close();
  wrong.push(...found(folder).map((file) => `it came back to ${file}`));
  return wrong;
}

export const known: Part = {
  name: 'killed while forgetting what is known',
  law: 6,
  async run({ seed, form }: Scale) {
    return inFolder(async (full) => {
      const nova = opened(full);
      const text = `the roof is ${WORD}`;
      await nova.memory(SCOPE, { is: 'note', text });
      await nova.memory(SCOPE, { is: 'note', text: 'the roof has tiles' });
      await told(nova, text);
      await nova.close();
      return killedAtEach(ENTRY, full, randomBy(seed), left, MOMENTS[form]);
    });
  },
};
