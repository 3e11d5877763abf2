import { REQUIRE } from './servers/suite-servers';

/** Whether all that CI tries is tried. */
export const IS_WHOLE = process.env[REQUIRE] === 'all';

/** Asks for every random sequence, which takes minutes more: 1. The output of each test says how many it has tried. */
const SEQUENCES = 'ROTATION_TEST_ALL_SEQUENCES';

/** How many random sequences to try: a quarter, unless all are asked for. */
export function runsOf(all: number): number {
  return process.env[SEQUENCES] === '1' ? all : Math.ceil(all / 4);
}
