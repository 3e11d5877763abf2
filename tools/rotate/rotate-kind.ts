import { setTimeout as sleep } from 'timers/promises';
import type { DeployedRotation } from './deployed-rotation';
import { DeployedSecretsManager } from './deployed-secrets-manager';
import { FunctionStand } from './function-stand';
import { KIND_CLIENTS, KindClient } from './kind-clients';
import { outcomesIn } from './outcomes';
import { deploymentLines } from './report';
import type { Output, RotateOptions } from './rotate';
import { NoServerError } from './servers-at-hand';
import { field } from '../../src/review/reports/layout';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { isPlaceholder, PLACEHOLDER_FIELD } from '../../src/rotation/contract/placeholder';
import { serveSecretsManager } from '../secrets-manager/http-server';
import { holderOf } from '../secrets-manager/secret-record';
import { newPassword } from '../servers/new-password';

const ROTATIONS = 3;
const BETWEEN_USES_MS = 20;

/** Rotates a credential that is no database's by the function of the app, while a client uses AWSCURRENT. */
export async function rotateKind(deployed: DeployedRotation, options: RotateOptions, { say, style, closing }: Output): Promise<string> {
  const name = deployed.rotator.environment[ROTATION_ENVIRONMENT.CREDENTIAL_KIND];
  const open = KIND_CLIENTS[name];
  if (open === undefined) throw new NoServerError(`nothing on this machine stands for the other side of the kind ${name}`);
  const client = await open(closing);
  say([...deploymentLines(deployed, new Date(), style), '', style.heading('On this machine'), ...field(2, 'client', [client.title], style)]);
  const fake = new DeployedSecretsManager();
  const { endpoint, close } = await serveSecretsManager(fake);
  closing(close);
  const secretArn = fake.create(deployed.secret.arn, {
    Name: deployed.secret.name,
    SecretString: client.text ?? firstText(deployed),
    Tags: Object.entries(client.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
  });
  const asked = Object.entries(client.others ?? {}).filter(([variable]) => variable in deployed.rotator.environment);
  const others = Object.fromEntries(asked.map(([variable, text]) => [
    variable, String(fake.perform('CreateSecret', { Name: variable, SecretString: text }).ARN),
  ]));
  const stand = new FunctionStand(deployed, { ...client.environment, ...others, [ROTATION_ENVIRONMENT.SECRETS_MANAGER_ENDPOINT]: endpoint });
  closing(() => stand.remove());
  const textOf = (stage: string) => holderOf(fake.secret(secretArn), stage)?.text;
  const use = new ContinuousUse(client, () => textOf('AWSCURRENT')!);
  closing(async () => void await use.stop());
  const total = options.rotations ?? ROTATIONS;
  for (let rotation = 1; rotation <= total; rotation++) {
    say(['', style.heading(`Rotation ${rotation} of ${total}`)]);
    await rotateOnce(rotation);
    await sleep(10 * BETWEEN_USES_MS);
  }
  const { uses, refused, waited } = await use.stop();
  say(['', style.heading('Uses'), ...field(2, 'a client', [
    `used AWSCURRENT ${uses} times, all the while; ${refused} failed`, ...waited > 0 ? [`found the placeholder ${waited} times before`] : [],
  ], style)]);
  const written = stand.rotator.written;
  if (fake.secret(secretArn).versions.some(({ text }) => text !== undefined && written.includes(text))) throw new Error('a value was logged; log none');
  if (uses === 0 || refused > 0) throw new Error(`the client failed ${refused} of ${uses} times; correct what the function does between its steps`);
  return `Rotated ${total} times: ${uses} uses of AWSCURRENT, none failed.`;

  async function rotateOnce(rotation: number): Promise<void> {
    let failure: string | undefined;
    fake.addFunction(deployed.rotator.arn, async (event) => {
      const invocation = await stand.rotator.invoke({ ...event, SecretId: fake.deployed(String(event.SecretId)) });
      const end = `${invocation.failure === undefined ? '' : `${style.bad('FAILED')} `}${outcomesIn(invocation.written).join('; ')}`;
      say([`  ${String(event.Step).padEnd(13)} ${`${invocation.milliseconds} ms`.padEnd(16)} ${end}`.trimEnd()]);
      if (options.logs) say(invocation.written.trimEnd().split('\n').map(line => `    ${line}`));
      await sleep(options.pauseMs ?? 0);
      failure ??= invocation.failure;
      if (invocation.failure !== undefined) throw new Error(invocation.failure);
    });
    fake.perform('RotateSecret', { SecretId: secretArn, RotationLambdaARN: deployed.rotator.arn });
    const { succeeded } = await fake.rotationOf(secretArn);
    if (!succeeded) throw new Error(`Rotation ${rotation} failed: ${failure}`);
  }
}

/** As Secrets Manager generates it from the template. */
function firstText({ secret }: DeployedRotation): string {
  const { GenerateStringKey: generated } = secret.resource.Properties!.GenerateSecretString ?? {};
  return generated === PLACEHOLDER_FIELD ? JSON.stringify({ [PLACEHOLDER_FIELD]: newPassword() }) : newPassword();
}

/** Reads AWSCURRENT and uses it, over and over. */
class ContinuousUse {
  private uses = 0;
  private refused = 0;
  private waited = 0;
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly client: KindClient, private readonly read: () => string) {
    this.running = this.run();
  }

  public async stop() {
    this.stopped = true;
    await this.running;
    return { uses: this.uses, refused: this.refused, waited: this.waited };
  }

  private async run(): Promise<void> {
    for (; !this.stopped; await sleep(BETWEEN_USES_MS)) {
      const text = this.read();
      if (isPlaceholder(text)) {
        this.waited += 1;
        continue;
      }
      this.uses += 1;
      if (!await this.client.use(text)) this.refused += 1;
    }
  }
}
