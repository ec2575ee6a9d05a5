import { BadConfigError } from '../errors/bad-config-error.ts';
import type { Model } from '../host/ports.ts';
import type { Config } from './define-config.ts';

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
  const named = (env['NOVA_MODEL'] ?? '').split(',').map((name) => name.trim());
  const worker = named.filter((name) => name !== '');
  if (models === undefined && worker.length === 0) return undefined;
  // Whoever has no model never loads it.
  const { Models } = await import('../model/models.ts');
  return new Models(models ?? { worker }, { env });
}
