import { spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import { parseArgs } from 'util';
import { RotationContract } from './contract';
import { CommandFunction, UrlFunction } from './function-under-test';
import { FakeSecretsManager } from '../secrets-manager/fake-secrets-manager';
import { serveSecretsManager } from '../secrets-manager/http-server';
import { newPassword } from '../servers/new-password';

const USAGE = `npx cdk-managed-secrets check-rotation [--value <file>] [--accepts <command>] [--url <url> --port <port> | -- <command…>]

Tries a rotation function of your own, in whatever language, against a Secrets Manager of this machine: steps that come twice, too early and too
late, and a death before and after each call. Nothing of AWS is asked.

  -- <command…>  starts for each step: the event is its standard input, as JSON, and exit code 0 is success. Its environment names the Secrets
                 Manager in AWS_ENDPOINT_URL_SECRETS_MANAGER, AWS_ENDPOINT_URL and SECRETS_MANAGER_ENDPOINT, with credentials that are made up
  --url          posts the event to a function that runs already, such as http://localhost:9000/2015-03-31/functions/function/invocations; it must
                 call Secrets Manager at --port
  --port         the port of the Secrets Manager (a free one)
  --value        a file with the value before the first rotation (a random text)
  --accepts      a command of the shell that gets AWSCURRENT as its standard input, and succeeds when that works where it is used

Ends with 0 when the function does as it must, 1 when it does not, 2 when it was called otherwise.`;

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'check', AWS_SECRET_ACCESS_KEY: 'check', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' };

/** `npx cdk-managed-secrets check-rotation`; the exit code. */
export async function checkRotation(args: string[], say: (line: string) => void = line => console.log(line)): Promise<number> {
  let given: ReturnType<typeof argumentsIn>;
  try {
    given = argumentsIn(args);
  } catch (error) {
    say(`${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { help, url, port, value, accepts, command } = given;
  if (help) {
    say(USAGE);
    return 0;
  }
  const fake = new FakeSecretsManager();
  const { endpoint, close } = await serveSecretsManager(fake, Number(port ?? 0));
  try {
    const SecretString = value === undefined ? newPassword() : readFileSync(value, 'utf8');
    const secretArn = String(fake.perform('CreateSecret', { Name: 'check-rotation', SecretString }).ARN);
    const endpoints = { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint, SECRETS_MANAGER_ENDPOINT: endpoint };
    const environment = { ...process.env, ...CREDENTIALS, ...endpoints };
    const functionUnderTest = url === undefined ? new CommandFunction(command, environment) : new UrlFunction(url);
    say(`Secrets Manager answers at ${endpoint}`);
    const contract = new RotationContract({
      fake, secretArn, say, function: functionUnderTest, accepts: accepts === undefined ? undefined : async text => isAccepted(accepts, text),
    });
    await contract.check();
    const flaws = new Set(contract.flaws).size;
    say(flaws === 0 ? `The function does as it must; it died ${contract.faultPoints} times.` : `${flaws} flaws.`);
    return flaws === 0 ? 0 : 1;
  } catch (error) {
    say((error as Error).message);
    return 2;
  } finally {
    await close();
  }
}

function argumentsIn(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      url: { type: 'string' }, port: { type: 'string' }, value: { type: 'string' }, accepts: { type: 'string' }, help: { type: 'boolean', short: 'h' },
    },
  });
  if (!values.help && (values.url === undefined) === (positionals.length === 0)) throw new Error('give a command behind --, or --url');
  if (values.url !== undefined && !/^https?:\/\/[^ ]+$/.test(values.url)) throw new Error('--url takes a URL that begins with http:// or https://');
  if (values.port !== undefined && !/^[1-9]\d{0,4}$/.test(values.port)) throw new Error('--port takes a number');
  return { ...values, command: positionals };
}

function isAccepted(command: string, text: string): boolean {
  return spawnSync(command, { shell: true, input: text, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}
