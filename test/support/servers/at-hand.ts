import { REQUIRE, startsServers, Stoppable } from './suite-servers';
import { LEFT_OUT } from '../../../tools/servers/left-out';

/** A server that may be missing on this machine. */
export interface ServerKind<T extends Stoppable> {
  readonly title: string;
  /** The variable that names its folder. */
  readonly variable: string;
  /** What else it needs of the machine, and is not there. @default - nothing */
  readonly missing?: () => string | undefined;
  readonly start: (folder: string) => Promise<T>;
  /** Longer than a start takes on a machine that does much else. @default - as other servers */
  readonly startMs?: number;
}

/**
 * `test` or `describe` for what needs a program: as it is, or skipped where the program is missing, which is said in one line, or fails where all are
 * required.
 *
 * @param missing how to get it; undefined when it is at hand
 * @param isInCi false for what takes CI too long to build
 */
export function whenThere<T extends { readonly skip: unknown }>(define: T, missing: string | undefined, isInCi = true): T {
  if (missing === undefined) return define;
  if (isInCi && process.env[REQUIRE] === 'all') throw new Error(`missing ${missing}`);
  process.stderr.write(`skipped ${missing}\n`);
  return define.skip as T;
}

/** Defines tests that need a server, when it is at hand; what is missing is said in one line, or fails where all are required. */
export function whenAtHand<T extends Stoppable>(kind: ServerKind<T>, define: (server: () => Promise<T>) => void): void {
  const { title, variable, start, startMs } = kind;
  const folder = process.env[variable];
  const hint = folder ? kind.missing?.() : `${title}: run .ci/install-databases, as root on Debian, and set ${variable} as it says`;
  if (!folder || hint !== undefined) {
    const canRun = !(process.env[LEFT_OUT] ?? '').split(' ').includes(variable);
    whenThere(test, hint, canRun)(`${title} is not at hand`, () => undefined);
    return;
  }
  let started: Promise<T> | undefined;
  const server = async () => started ??= start(folder);
  startsServers(async (keep) => keep(server()), startMs);
  define(server);
}
