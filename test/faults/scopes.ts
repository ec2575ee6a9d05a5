// Words of many scopes in one Nova, at which everything happens at once: none stands where it does not belong, or where it was forgotten.
import { watched, watchedOnDisk, type Seen } from '../scopes/watch.ts';
import { inFolder, type Part, type Scale } from './part.ts';

const WORLDS = {
  short: { inMemory: 14, onDisk: 2 },
  // It ends with the first that is wrong; the rarest leak shows in one of 170.
  sown: { inMemory: 900, onDisk: 10 },
  whole: { inMemory: 2_000, onDisk: 60 },
};

export const scopes: Part = {
  name: 'words between scopes',
  law: 6,
  async run({ seed, form }: Scale) {
    const { inMemory, onDisk } = WORLDS[form];
    const wrong: string[] = [];
    let [looks, met] = [0, 0];
    const add = (seen: Seen): void => {
      looks += seen.looks;
      met += seen.met;
      wrong.push(...seen.leaks.map((leak) => `seed ${seen.seed}: ${leak}`));
    };
    const isOver = (): boolean => form === 'sown' && wrong.length > 0;
    const from = seed * 10_000;
    for (let at = 0; at < onDisk && !isOver(); at += 1)
      await inFolder(async (folder) => add(await watchedOnDisk(from + at, folder)));
    for (let at = 0; at < inMemory && !isOver(); at += 1) add(await watched(from + onDisk + at));
    // Where nothing is met nothing is shown.
    if (met < looks / 10) wrong.push(`only ${met} words were met at ${looks} places`);
    return {
      figures: `${inMemory} worlds in memory, ${onDisk} on disk, ${met} words at ${looks} places`,
      wrong,
    };
  },
};
