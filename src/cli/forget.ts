import type { Desk } from '../host/desk.ts';
import { atDesk } from './commands.ts';

/** `nova forget` */
export async function forget(
  open: () => Promise<Desk>,
  run: string,
  { value }: { readonly value?: string },
): Promise<number> {
  return atDesk(open, async (desk) => {
    const count = await desk.forget(run, value);
    process.stdout.write(`forgotten ${run}: ${count} ${count === 1 ? 'value' : 'values'}\n`);
    return 0;
  });
}
