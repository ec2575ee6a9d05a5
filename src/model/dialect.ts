import type { Json } from '../../machines/protocol/values.ts';
import type { Answer } from './answer.ts';
import type { Prompt } from './prompt.ts';
import type { Mind } from './settings.ts';

/** What comes of a stream, event by event. */
export interface Gathering {
  /** The text that the event brings. @throws ModelError for what is no event of the API. */
  take(event: unknown): string;
  /** True: nothing that belongs to the answer can come any more. */
  readonly isOver: boolean;
  /** The stream has ended. @throws ModelError where the endpoint did not say that the answer is at its end. */
  end(): Answer;
}

/** One of the two APIs by which a model is asked. */
export interface Dialect {
  readonly api: 'chat' | 'responses';
  readonly path: string;
  /** The key of a request's body under which its messages stand. */
  readonly list: 'messages' | 'input';
  bodyOf(prompt: Prompt, mind: Mind, isOpenAI: boolean): Readonly<Record<string, Json>>;
  readonly streaming: Readonly<Record<string, Json>>;
  /** @throws ModelError for what is no answer of the API, and one that is not whole. */
  read(json: unknown): Answer;
  gather(): Gathering;
}
