export { Models, type ModelsOptions } from './model/models.ts';
