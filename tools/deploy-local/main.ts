import { Account } from './account';
import { Checks } from './checks';
import { Emulator } from './emulator';
import { tellOfFailedRotation, WATCHED } from './failed-rotation';
import { listLimits } from './limits';
import { OWNER } from './payments';
import { CannotCheck, pythonWithLocalStack } from './python';
import { Story } from './story';
import { deployToTwoAccounts } from './two-accounts';

/** The exit code that .ci/run takes for "could not be checked". */
const NOT_CHECKED = 75;
const ALL_MS = 240_000;
const INTERRUPTS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

async function main(): Promise<number> {
  const say = (line: string) => console.log(line);
  const python = pythonWithLocalStack(say);
  const start = performance.now();
  const emulator = await Emulator.start(python);
  say(`LocalStack answers at ${emulator.endpoint}, after ${((performance.now() - start) / 1000).toFixed(0)} s`);
  const checks = new Checks(say);
  const accountOf = (id: string) => new Account(emulator.endpoint, id);
  try {
    await new Story(accountOf(OWNER), checks).tell();
    await deployToTwoAccounts(checks, accountOf);
    await tellOfFailedRotation(checks, accountOf(WATCHED));
    await listLimits(checks, accountOf(OWNER));
  } catch (error) {
    checks.none('nothing breaks off', [(error as Error).message]);
  }
  say(`\n${checks.passed} passed, ${checks.failed} failed`);
  return checks.failed === 0 ? 0 : 1;
}

for (const [signal, code] of Object.entries(INTERRUPTS)) process.on(signal, () => process.exit(code));
// It is about the SDK and a Node.js to come.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
setTimeout(() => {
  console.error(`deploy:local did not end within ${ALL_MS / 1000} s`);
  process.exit(1);
}, ALL_MS).unref();
main().then(code => process.exit(code), (error: Error) => {
  const cannot = error instanceof CannotCheck;
  console.error(cannot ? `Nothing was checked. ${error.message}` : error.message);
  process.exit(cannot ? NOT_CHECKED : 1);
});
