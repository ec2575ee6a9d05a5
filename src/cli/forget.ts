import type { Desk } from '../host/desk.ts';

/** `nova forget` */
export async function forget(
  open: () => Promise<Desk>,
  run: string,
  { value }: { readonly value?: string },
): Promise<number> {
  const desk = await open();
  try {
    const count = await desk.forget(run, value);
    process.stdout.write(`forgotten ${run}: ${count} ${count === 1 ? 'value' : 'values'}\n`);
    return 0;
  } finally {
    await desk.close();
  }
}
