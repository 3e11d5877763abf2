import * as path from 'path';
import type { Program } from './command';

/** Bundled with the drivers and the server, so that the package depends on nothing. */
export const PROGRAM = '../../../assets/commands/rehearsal';

export const REHEARSE: Program = {
  summary: 'rotates the database credentials of an app by its own functions, on a server of this machine',
  operands: '[assembly…]',
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a file that is bundled, and no module of this compilation
  runWith: async args => (require(path.join(__dirname, PROGRAM)) as { rehearse(args: string[]): Promise<number> }).rehearse(args),
};
