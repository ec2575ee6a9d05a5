// Loaded before a part: one module of the product is read with a defect in it, in this process and in those that it starts.
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Defect } from './defect.ts';

const { file, instead } = JSON.parse(process.env['NOVA_DEFECT'] ?? '{}') as Defect;
const target = pathToFileURL(join(import.meta.dirname, '../..', file)).href;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (url !== target) return loaded;
    const { source: text } = loaded;
    let source = typeof text === 'string' ? text : new TextDecoder().decode(text);
    for (const [right, wrong] of instead) {
      // What is not there any more cannot be broken, and a test that breaks nothing shows nothing.
      if (source.split(right).length !== 2)
        throw new Error(`cannot be sown: ${file} has no ${right}`);
      source = source.replace(right, () => wrong);
    }
    return { ...loaded, source };
  },
});
