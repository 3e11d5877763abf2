import * as path from 'path';
import type { Program } from './command';
import { PROGRAM } from './rehearse-command';

export const CHECK_ROTATION: Program = {
  summary: 'tries a rotation function of your own, in whatever language, against a Secrets Manager of this machine',
  operands: '-- command…',
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- a file that is bundled, and no module of this compilation
  runWith: async args => (require(path.join(__dirname, PROGRAM)) as { checkRotation(args: string[]): Promise<number> }).checkRotation(args),
};
