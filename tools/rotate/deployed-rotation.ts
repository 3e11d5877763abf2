import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { Properties, ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { accessModel, attachmentOf, LambdaFunction, RotationSchedule, Secret } from '../access';
import { assetOf, FunctionAsset } from './function-asset';
import { rotationOf } from '../review/rotation';
import { rotationFindings } from '../review/rotation-findings';

/** The JSON keys of a secret that are known at synthesis. */
export type SecretTemplate = Readonly<Record<string, unknown>>;

/** A rotation as the templates of an app deploy it. */
export interface DeployedRotation {
  readonly secret: Secret;
  /** What the value of the secret is generated from. */
  readonly generator: Properties;
  readonly template: SecretTemplate;
  /** What the target attachment writes into the secret besides engine, host and port; absent without one. */
  readonly attachment?: SecretTemplate;
  /** Absent where neither the templates of the database nor the function's description name it. */
  readonly engine?: string;
  /** The templates hold no database that could name it. */
  readonly isEngineGuessed: boolean;
  /** The secret of the superuser, which the function reads. */
  readonly superuserArn?: string;
  readonly schedule: RotationSchedule;
  readonly rotator: LambdaFunction;
  readonly asset: FunctionAsset;
  /** Rotated secrets of the same app that were not chosen. */
  readonly others: readonly string[];
}

/** The one rotation of an app that is shown: that of the secret of a name, else of its stage `prod` if it has one, else the first. */
export async function deployedRotation(assembly: string, secretName?: string): Promise<DeployedRotation> {
  const stacks = resolveTemplates(assembly);
  const model = accessModel(stacks);
  const rotated = model.secrets.filter(({ rotationSchedules }) => rotationSchedules.length > 0);
  const secret = secretName === undefined
    ? rotated.find(({ stack }) => /(^|\/)prod$/i.test(stack.stage)) ?? rotated.at(0)
    : rotated.find(({ name }) => name === secretName);
  if (!secret && rotated.length > 0) throw new Error(`the templates rotate no secret ${secretName}; they rotate ${rotated.map(({ name }) => name).join(', ')}`);
  if (!secret) throw new Error(NOTHING);
  const schedule = secret.rotationSchedules[0];
  const review = await rotationOf(model, stacks, schedule);
  if (!review.rotator) {
    throw new Error(`${schedule.path} names no function of the templates, so that none can run here; rotate by a DatabaseRotator of the same app`);
  }
  refuseFindings(await Promise.all(secret.rotationSchedules.map(async each => rotationOf(model, stacks, each))));
  const template = templateOf(secret);
  return {
    secret,
    generator: secret.resource.Properties!.GenerateSecretString,
    template,
    attachment: writtenByAttachment(secret, stacks),
    engine: review.engine ?? engineServedBy(review.rotator),
    isEngineGuessed: review.engine === undefined,
    superuserArn: [template.masterarn, review.rotator.environment[ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN]].find(arn => typeof arn === 'string'),
    schedule,
    rotator: review.rotator,
    asset: assetOf(review.rotator, assembly),
    others: rotated.filter(other => other !== secret).map(({ name }) => name),
  };
}

/** The names of the secrets that an app rotates. */
export function rotatedSecrets(assembly: string): string[] {
  const { secrets } = accessModel(resolveTemplates(assembly));
  const names = secrets.filter(({ rotationSchedules }) => rotationSchedules.length > 0).map(({ name }) => name);
  if (names.length === 0) throw new Error(NOTHING);
  return names;
}

const NOTHING = 'the templates rotate no secret of theirs, for none has an AWS::SecretsManager::RotationSchedule; add a RotatedDatabaseSecret';

/** What Secrets Manager and Lambda would answer: the same findings as those of the review, of which each means that no rotation is safe to run. */
function refuseFindings(reviews: Awaited<ReturnType<typeof rotationOf>>[]): void {
  const findings = rotationFindings(reviews).map(({ resource, message }) => `${resource}: ${message}`);
  if (findings.length > 0) throw new Error(findings.join('\n'));
}

function templateOf({ path, resource }: Secret): SecretTemplate {
  const { SecretStringTemplate, GenerateStringKey } = resource.Properties!.GenerateSecretString ?? {};
  if (SecretStringTemplate === undefined || GenerateStringKey === undefined) {
    throw new Error(`the template does not say what ${path} holds; let it be generated: SecretContent.generatedField({ template: { username } })`);
  }
  return JSON.parse(SecretStringTemplate);
}

/** As a DatabaseRotator describes its function. */
function engineServedBy({ resource }: LambdaFunction): string | undefined {
  return /^Rotates credentials of (\S+) databases\b/.exec(resource.Properties!.Description ?? '')?.[1];
}

const IDENTIFIERS: Record<string, string> = { 'AWS::RDS::DBCluster': 'dbClusterIdentifier', 'AWS::RDS::DBInstance': 'dbInstanceIdentifier' };

/** What it writes besides engine, host and port. */
function writtenByAttachment(secret: Secret, stacks: ResolvedStack[]): SecretTemplate | undefined {
  const attachment = attachmentOf(secret, stacks);
  if (!attachment) return undefined;
  const { targetType, targetId, database = {} } = attachment;
  const identifier = IDENTIFIERS[targetType];
  if (identifier === undefined) {
    throw new Error(`${secret.path} is attached to an ${targetType}, of which none can run here; attach a cluster or an instance of Amazon RDS`);
  }
  const dbname = database.DBName ?? database.DatabaseName;
  return { [identifier]: targetId, ...(dbname !== undefined && { dbname }) };
}
