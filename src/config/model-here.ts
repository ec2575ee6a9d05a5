import { BadConfigError } from '../errors/bad-config-error.ts';
import { BadRequestError } from '../errors/bad-request-error.ts';
import type { Model } from '../host/ports.ts';
import type { Models } from '../model/models.ts';
import type { Config } from './define-config.ts';

/** Names with commas between them. */
const namesIn = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** True for models that are configured, not somebody of one's own. */
export const isModels = (model: Model | undefined): model is Models =>
  model !== undefined && 'mindsOf' in model;

/** Another model for everybody: the one of that name that is configured, else by the environment. @throws BadRequestError for no name. */
export async function modelNamed(text: string, usual: Model | undefined): Promise<Model> {
  const worker = namesIn(text);
  if (worker.length === 0)
    throw new BadRequestError(`no model is named by ${JSON.stringify(text)}`);
  if (isModels(usual)) return usual.named(worker);
  const models = await import('../model/models.ts');
  return new models.Models({ worker });
}

/**
 * Who thinks for agents with instructions: as the configuration says, else the models that `NOVA_MODEL` names, with commas between them;
 * nobody where neither says anything. A key alone is no leave to send anybody's words away.
 * @throws BadConfigError where it says both, and as `Models` does.
 */
export async function modelHere(
  { model, models }: Pick<Config, 'model' | 'models'>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Model | undefined> {
  if (model !== undefined && models !== undefined)
    throw new BadConfigError('nova.config', 'it has both `model` and `models`');
  if (model !== undefined) return model;
  const worker = namesIn(env['NOVA_MODEL'] ?? '');
  if (models === undefined && worker.length === 0) return undefined;
  // Whoever has no model never loads it.
  const { Models: Configured } = await import('../model/models.ts');
  return new Configured(models ?? { worker }, { env });
}
