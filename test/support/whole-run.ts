import { REQUIRE } from './servers/suite-servers';

/** Whether everything is tried, as in CI; what is random or repeated is tried in part elsewhere, and the output of its test says how much. */
export const IS_WHOLE = process.env[REQUIRE] === 'all';

/** How many random sequences to try: all, or a quarter. */
export function runsOf(all: number): number {
  return IS_WHOLE ? all : Math.ceil(all / 4);
}
