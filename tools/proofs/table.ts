import { CountedProof, Rotator, ROTATORS } from './proof';
import { ENGINES } from '../../src/rotation/contract/engines';

/** A row of the table: what the suites have shown of a credential with a strategy. */
export interface Row {
  readonly credential: string;
  readonly strategy: string;
  readonly rotator: Rotator;
  /** In two numbers of their versions. */
  readonly servers: readonly string[];
  /** Tests that passed, on all servers together. */
  readonly tests: number;
  /** On each server, or 0 where none was tried. */
  readonly faultPoints: number;
}

/** How the code calls a strategy, and how the table does. */
const STRATEGIES: Readonly<Record<string, string>> = {
  singleUser: 'single user', alternatingUsers: 'alternating users', dualPassword: 'dual password', superuserSets: 'the superuser sets it',
};

/** Those that name no strategy, such as the contract of an adapter, are of every strategy of their credential that was tried on the same server. */
export function rowsOf(proofs: readonly CountedProof[]): Row[] {
  const rows = new Map<string, CountedProof[]>();
  for (const proof of proofs) {
    for (const strategy of proof.strategies ?? []) {
      const key = JSON.stringify([proof.credential, strategy, rotatorOf(proof)]);
      rows.set(key, [...rows.get(key) ?? [], proof]);
    }
  }
  return [...rows].map(([key, own]) => {
    const [credential, strategy, rotator] = JSON.parse(key) as [string, string, Rotator];
    const servers = new Set(own.map(({ server }) => server));
    const shared = proofs.filter((proof) => !proof.strategies && proof.credential === credential && servers.has(proof.server));
    const points = own.flatMap(({ faultPoints }) => faultPoints ?? []);
    return {
      credential,
      strategy: STRATEGIES[strategy] ?? strategy,
      rotator,
      servers: [...new Set([...servers].map((server) => rotator === 'this package' ? shown(credential, server) : server))].sort(byText),
      tests: [...own, ...shared].reduce((sum, { passed }) => sum + passed, 0),
      faultPoints: points.length === 0 ? 0 : Math.min(...points),
    };
  });
}

const rotatorOf = ({ rotator = 'this package' }: CountedProof): Rotator => rotator;

const ENGINE_TITLES: readonly string[] = Object.values(ENGINES).map(({ title }) => title);

/** `MySQL 8.4.6-0ubuntu1` as `MySQL 8.4`, and PostgreSQL for another engine as a server in its place. */
function shown(credential: string, server: string): string {
  const short = server.replace(/ \(.*\)$/, '').replace(/(\d+\.\d+)[\w.+~-]*/g, '$1');
  const isTold = !ENGINE_TITLES.includes(credential) || short.startsWith(`${credential} `) || / in place of |stand-in/.test(short);
  return isTold ? short : `${short} in its place`;
}

const byText = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

function inOrder(a: Row, b: Row): number {
  return ROTATORS.indexOf(a.rotator) - ROTATORS.indexOf(b.rotator) || byText(a.credential, b.credential) || byText(a.strategy, b.strategy);
}

const HEADING = ['Credential', 'Strategy', 'Rotated by', 'Proved on', 'Tests', 'Ended at'];

/** Numbers are rounded down to ten, so that a further test makes no table stale. */
const atLeast = (count: number) => count < 10 ? String(count) : `${count - count % 10}+`;

export function cellsOf(rows: readonly Row[]): string[][] {
  return [HEADING, ...[...rows].sort(inOrder).map(({ credential, strategy, rotator, servers, tests, faultPoints }) => [
    credential, strategy, rotator, grouped(servers), atLeast(tests), faultPoints === 0 ? '–' : `${atLeast(faultPoints)} points`,
  ])];
}

/** `PostgreSQL 17.10` and `PostgreSQL 18.4` as `PostgreSQL 17.10, 18.4`. */
function grouped(servers: readonly string[]): string {
  const products = new Map<string, string[]>();
  for (const server of servers) {
    const [, product, version] = /^(\S+) (\d\S*)$/.exec(server) ?? [undefined, server];
    products.set(product, [...products.get(product) ?? [], ...version === undefined ? [] : [version]]);
  }
  return [...products].map(([product, versions]) => [product, versions.join(', ')].join(' ').trim()).join('; ');
}

function apart(cell: string): string[] {
  return cell.split('; ').flatMap((server) => {
    const [, product, versions] = /^(\S+) (\d\S*(?:, \d\S*)+)$/.exec(server) ?? [];
    return versions === undefined ? [server] : versions.split(', ').map((version) => `${product} ${version}`);
  });
}

/** The rows of a table that `cellsOf` has made. */
export function rowsIn(table: string): Row[] {
  return table.split('\n').slice(2).filter((line) => line.startsWith('|')).map((line) => {
    const [credential, strategy, rotator, servers, tests, points] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    const [passed, faultPoints] = [parseInt(tests, 10), parseInt(points, 10) || 0];
    return { credential, strategy, rotator: rotator as Rotator, servers: apart(servers), tests: passed, faultPoints };
  });
}
