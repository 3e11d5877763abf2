import { parseArgs } from 'util';
import { counted, type Fleet, tableOf } from './fleet';
import { REGIONS } from '../../examples/account-baseline/accounts';
import { markdown, markedPart } from '../documents/table';

/** `npx projen fleet [--accounts 200] [--secrets 20] [--changes 2] [--write]` */
function main(): void {
  const { values } = parseArgs({
    options: {
      accounts: { type: 'string', default: '200' },
      secrets: { type: 'string', default: '20' },
      changes: { type: 'string', default: '2' },
      write: { type: 'boolean', default: false },
    },
  });
  const fleet: Fleet = { accounts: whole('accounts', values.accounts), secrets: whole('secrets', values.secrets), changes: whole('changes', values.changes) };
  const start = performance.now();
  const found = counted(fleet);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const table = markdown(tableOf(fleet, found));
  console.log(`${fleet.accounts} accounts in ${REGIONS.length} regions, synthesized in ${seconds} s; the largest template has ${found.bytes} bytes.\n\n${table}`);
  if (values.write) markedPart('examples/account-baseline/README.md', 'fleet').replace(table);
}

function whole(option: string, text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`--${option} must be a whole number from 1 to 99999, got ${JSON.stringify(text)}`);
  return Number(text);
}

try {
  main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
