// Asks an organisation in a Nova of its own, which is closed when the test is over.
import { onTestFinished } from 'vitest';
import { Nova, type Organisation, type Result } from 'nova-agents';

export const asking =
  (organisation: Organisation) =>
  (text: string): Promise<Result> => {
    const nova = new Nova({ organisation });
    onTestFinished(() => nova.close());
    return nova.ask(text);
  };
