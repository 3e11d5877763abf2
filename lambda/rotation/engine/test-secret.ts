import type { Outcome, Rotated, Rotation } from './rotation';

/**
 * Uses AWSPENDING as a client would. Secrets Manager also asks for this step alone, when a rotation is set up: AWSPENDING then
 * holds the present value, and neither createSecret nor setSecret has run.
 */
export async function testSecret({ store }: Rotation, rotated: Rotated): Promise<Outcome> {
  await rotated.test();
  store.keepTested();
  return 'tested';
}
