import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';
import { parseArgs } from 'util';
import { strategies } from './strategies';
import { brokenPromises, tableOf, watch, Watched } from './watch';
import { MYSQL_FOLDERS } from '../servers/local-mysql';

const GUIDE = path.resolve(__dirname, '../../docs/guides/consumers-lambda.md');
const MARKS = ['<!-- rotations that clients went through -->\n', '\n<!-- /rotations that clients went through -->'];

/** As a document holds it. */
function markdown([header, ...rows]: string[][]): string {
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

function write(table: string): void {
  const text = readFileSync(GUIDE, 'utf8');
  const [start, end] = [text.indexOf(MARKS[0]) + MARKS[0].length, text.indexOf(MARKS[1])];
  if (end < start) throw new Error(`${GUIDE} has no place for the table`);
  writeFileSync(GUIDE, text.slice(0, start) + table + text.slice(end));
}

async function main(): Promise<number> {
  // It is about the SDK and a Node.js to come.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { values } = parseArgs({ options: { rotations: { type: 'string', default: '10' }, write: { type: 'boolean', default: false } } });
  const watched: Watched[] = [];
  const missing: string[] = [];
  for (const strategy of strategies()) {
    if (strategy.start) watched.push(...await watch(strategy, Number(values.rotations)));
    else missing.push(`${strategy.title}: ${MYSQL_FOLDERS.MySQL} does not name the folder of a MySQL server`);
  }
  const table = markdown(tableOf(watched));
  console.log(`\n${values.rotations} rotations of each strategy, a client of each way with ten requests a second, as far as this machine lets it:\n\n${table}\n`);
  const broken = watched.flatMap(brokenPromises);
  for (const line of [...broken, ...missing.map(each => `not run: ${each}`)]) console.error(line);
  if (values.write && broken.length === 0 && missing.length === 0) write(table);
  if (broken.length > 0) return 1;
  return missing.length > 0 ? 3 : 0;
}

void main().then(code => process.exit(code), (error: Error) => {
  console.error(error.message);
  process.exit(1);
});
