import type { Outcome, Rotated, Rotation } from './rotation';

/** Makes AWSPENDING valid where it is used. A repetition finds it valid and changes nothing. */
export async function setSecret(_: Rotation, rotated: Rotated): Promise<Outcome> {
  return rotated.set();
}
