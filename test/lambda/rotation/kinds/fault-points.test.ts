import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { FAULT_POINTS } from './shared-suite';
import { kindsOfCacheUsers } from '../../../support/kinds/cache-user';
import { kindsOfActiveDirectory, kindsOfOpenLdap } from '../../../support/kinds/directory-user';
import { kindsOfIam } from '../../../support/kinds/iam-user';
import { kindsOfRabbitMq } from '../../../support/kinds/rabbitmq-user';

/** Of all kinds. Each suite sees that it has what the table says of it. */
const LEAST = 400;

const nobody = async () => Promise.reject(new Error('no server is asked'));
const KINDS_OF_SERVERS = [
  ...kindsOfIam(nobody), ...kindsOfCacheUsers(nobody, () => undefined as never), ...kindsOfRabbitMq(nobody), ...kindsOfOpenLdap(nobody),
  ...kindsOfActiveDirectory(nobody),
];
const OF_SERVERS = KINDS_OF_SERVERS.map(({ title }) => title);

/** The titles of the suites that need no server, as their files have them. */
function titlesInFiles(): string[] {
  return readdirSync(__dirname).filter(file => file.endsWith('.test.ts')).flatMap((file) => {
    const text = readFileSync(path.join(__dirname, file), 'utf8');
    return [...text.matchAll(/passesKindSuite\(\{\s*title: '([^']+)'/g)].map(([, title]) => title);
  });
}

const sumOf = (titles: readonly string[]) => titles.reduce((sum, title) => sum + FAULT_POINTS[title], 0);

test('the table has each suite that there is, and none that is not', () => {
  expect(Object.keys(FAULT_POINTS).sort()).toEqual([...titlesInFiles(), ...OF_SERVERS].sort());
});

test(`the function dies at ${LEAST} points or more, of all kinds together and of those alone that need no server`, () => {
  expect(sumOf(Object.keys(FAULT_POINTS))).toBeGreaterThanOrEqual(LEAST);
  expect(sumOf(titlesInFiles())).toBeGreaterThanOrEqual(LEAST);
});
