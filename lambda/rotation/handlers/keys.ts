import { kindHandler } from '../engine/kind';
import { randomToken } from '../kinds/random-token';

/** Keys and tokens that the function makes itself, and that no other service knows. */
export const handler = kindHandler([randomToken]);
