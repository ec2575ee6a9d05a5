/** What the command line is put together from. */
export { Command, CommanderError } from 'commander';
