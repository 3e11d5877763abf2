import { parseArgs } from 'util';
import { strategies } from './strategies';
import { brokenPromises, tableOf, watch, Watched } from './watch';
import { markdown, markedPart } from '../documents/table';
import { MYSQL_FOLDERS } from '../servers/local-mysql';

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
  if (values.write && broken.length === 0 && missing.length === 0) {
    markedPart('docs/guides/consumers-lambda.md', 'rotations that clients went through').replace(table);
  }
  if (broken.length > 0) return 1;
  return missing.length > 0 ? 3 : 0;
}

void main().then(code => process.exit(code), (error: Error) => {
  console.error(error.message);
  process.exit(1);
});
