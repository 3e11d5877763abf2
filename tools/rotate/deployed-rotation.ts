import { deployedUser } from './deployed-user';
import { assetOf, FunctionAsset } from './function-asset';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import type { Properties, ResolvedStack } from '../../src/review/assembly/resolved-stack';
import { ROTATION_REFUSALS } from '../../src/review/findings/rotation-rules';
import { attachmentOf } from '../../src/review/model/attachments';
import { LambdaFunction, unqualified } from '../../src/review/model/functions';
import { AccessModel, accessModel, Secret } from '../../src/review/model/model';
import { pathOf, Placed } from '../../src/review/model/roles';
import type { RotationSchedule } from '../../src/review/model/rotation-schedules';
import type { UserDescription } from '../../src/rotation/contract/database-user';
import { ROTATION_ENVIRONMENT } from '../../src/rotation/contract/environment';
import { ROTATION_TAGS, superuserArnFrom } from '../../src/rotation/contract/tags';

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
  /** The user that the deployment makes. */
  readonly user?: UserDescription;
  readonly schedule: RotationSchedule;
  readonly rotator: LambdaFunction;
  readonly asset: FunctionAsset;
  /** Rotated secrets of the same app that were not chosen. */
  readonly others: readonly string[];
}

/** The one rotation of an app that is shown: that of the secret of a name, else of its stage `prod` if it has one, else the first. */
export function deployedRotation(assembly: string, secretName?: string): DeployedRotation {
  const stacks = resolveTemplates(assembly);
  const model = accessModel(stacks);
  const rotated = model.secrets.filter(({ rotationSchedules }) => rotationSchedules.length > 0);
  const candidates = byFunctions(rotated);
  const secret = secretName === undefined
    ? candidates.find(({ stack }) => /(^|\/)prod$/i.test(stack.stage)) ?? candidates.at(0)
    : rotated.find(({ name }) => name === secretName);
  if (!secret && rotated.length > 0) throw new Error(`the templates rotate no secret ${secretName}; they rotate ${rotated.map(({ name }) => name).join(', ')}`);
  if (!secret) throw new Error(NOTHING);
  const schedule = secret.rotationSchedules[0];
  const rotator = model.functions.find(({ arn }) => schedule.functionArn !== undefined && arn === unqualified(schedule.functionArn));
  if (!rotator) {
    throw new Error(`${schedule.path} names no function of the templates, so that none can run here; rotate by a rotator of the same app`);
  }
  refuseFlaws({ stacks, model }, [rotator.path, ...secret.rotationSchedules.map(({ path }) => path)]);
  const template = ROTATION_ENVIRONMENT.CREDENTIAL_KIND in rotator.environment ? {} : templateOf(secret);
  const engine = typeof template.engine === 'string' ? template.engine : attachmentOf(secret, stacks)?.database?.Engine;
  return {
    secret,
    generator: secret.resource.Properties!.GenerateSecretString,
    template,
    attachment: writtenByAttachment(secret, stacks),
    engine: engine ?? engineServedBy(rotator),
    isEngineGuessed: engine === undefined,
    superuserArn: [template.masterarn, rotator.environment[ROTATION_ENVIRONMENT.SUPERUSER_SECRET_ARN], taggedSuperuser(secret)]
      .find(arn => typeof arn === 'string'),
    user: deployedUser(secret, stacks),
    schedule,
    rotator,
    asset: assetOf(rotator, assembly),
    others: rotated.filter(other => other !== secret).map(({ name }) => name),
  };
}

function taggedSuperuser({ arn, resource }: Secret): string | undefined {
  const tags: Properties[] = resource.Properties!.Tags ?? [];
  const tag = tags.find(({ Key }) => Key === ROTATION_TAGS.SUPERUSER_SECRET)?.Value;
  return typeof tag === 'string' ? superuserArnFrom(tag, arn) : undefined;
}

/** The names of the secrets that an app rotates. */
export function rotatedSecrets(assembly: string): string[] {
  const { secrets } = accessModel(resolveTemplates(assembly));
  const names = byFunctions(secrets.filter(({ rotationSchedules }) => rotationSchedules.length > 0)).map(({ name }) => name);
  if (names.length === 0) throw new Error(NOTHING);
  return names;
}

/** Without those that AWS or a partner rotates, of whose functions nothing can run here; unless there are no others. */
function byFunctions(rotated: Secret[]): Secret[] {
  const ours = rotated.filter(({ rotationSchedules: [{ functionArn }] }) => functionArn !== undefined);
  return ours.length > 0 ? ours : rotated;
}

const NOTHING = 'the templates rotate no secret of theirs, for none has an AWS::SecretsManager::RotationSchedule; add a RotatedDatabaseSecret';

/** What Secrets Manager and Lambda would answer: the findings of the review by which no rotation is safe to run. */
function refuseFlaws({ stacks, model }: { stacks: ResolvedStack[]; model: AccessModel }, paths: string[]): void {
  const placeOf = (placed: Pick<Placed, 'stack' | 'logicalId'>) => ({ path: pathOf(placed), stack: placed.stack.path, logicalId: placed.logicalId });
  const refused = ROTATION_REFUSALS
    .flatMap(({ flaws, fix }) => flaws({ stacks, model, placeOf }).map(flaw => ({ ...flaw, fix })))
    .filter(({ place }) => paths.includes(place.path))
    .map(({ place, message, fix }) => `${place.path}: ${message}; ${fix}`);
  if (refused.length > 0) throw new Error(refused.join('\n'));
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
