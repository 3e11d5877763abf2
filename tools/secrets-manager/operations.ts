import { randomBytes, randomUUID } from 'crypto';
import { pageOf } from './secret-list';
import { attach, detach, holderOf, MAX_VERSIONS, prune, SecretRecord, stagesById, VersionRecord } from './secret-record';
import { checkName, Secrets } from './secrets';
import { FAILURES } from './service-failure';
import { newPassword } from '../../lambda/rotation/engine/password';

export type Input = Readonly<Record<string, any>>; // The wire has no types; each operation reads what it knows.
export type Output = Record<string, unknown>;

export interface ServiceClock {
  now(): number;
  /** Until then the replicas of what changes now are in progress. */
  replicationMs(): number;
}

const MAX_SECRET_BYTES = 65_536;
const MAX_STAGES = 20;
const DAY_MS = 86_400_000;
const RECOVERY_MS = 30 * DAY_MS;

/** The operations of Secrets Manager that a rotation uses, and those that a test needs to prepare one. */
export class Operations {
  constructor(private readonly secrets: Secrets, private readonly clock: ServiceClock) {}

  public CreateSecret(input: Input): Output {
    checkName(input.Name);
    const known = this.secrets.named(input.Name);
    if (known) throw known.deleted ? FAILURES.nameScheduledForDeletion() : FAILURES.nameTaken(input.Name);
    const now = this.clock.now();
    const suffix = randomBytes(4).toString('base64url').replace(/[^A-Za-z]/g, 'x').slice(0, 6);
    const secret: SecretRecord = {
      arn: `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${input.Name}-${suffix}`,
      name: input.Name,
      description: input.Description,
      tags: input.Tags ?? [],
      created: now,
      changed: now,
      versions: [],
      replicas: (input.AddReplicaRegions ?? []).map(({ Region }: Input) => ({ region: Region, syncAt: now })),
    };
    const id = hasValue(input) ? this.putVersion(secret, { ...input, VersionStages: ['AWSCURRENT'] }).id : undefined;
    this.secrets.add(secret);
    return { ARN: secret.arn, Name: secret.name, VersionId: id };
  }

  public DescribeSecret(input: Input): Output {
    const secret = this.secrets.visible(input.SecretId);
    return {
      ...metadataOf(secret),
      VersionIdsToStages: stagesById(secret),
      ReplicationStatus: secret.replicas.length === 0 ? undefined : secret.replicas.map(({ region, syncAt, failed, accessed }) => ({
        Region: region, Status: failed ? 'Failed' : this.clock.now() < syncAt ? 'InProgress' : 'InSync', LastAccessedDate: date(accessed),
      })),
    };
  }

  public ListSecrets(input: Input): Output {
    const { page, next } = pageOf(this.secrets.all(), input);
    return { SecretList: page.map(secret => ({ ...metadataOf(secret), SecretVersionsToStages: stagesById(secret) })), NextToken: next };
  }

  public GetSecretValue(input: Input): Output {
    const secret = alive(this.secrets.visible(input.SecretId));
    const version = versionFor(secret, input);
    this.secrets.latest(secret.arn).accessed = version.accessed = this.clock.now() - this.clock.now() % DAY_MS;
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: version.id,
      SecretString: version.text,
      SecretBinary: version.binary,
      VersionStages: [...version.stages],
      CreatedDate: new Date(version.created),
    };
  }

  public ListSecretVersionIds(input: Input): Output {
    const secret = this.secrets.visible(input.SecretId);
    const versions = secret.versions.filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
    return {
      ARN: secret.arn,
      Name: secret.name,
      Versions: versions.map(({ id, stages, created, accessed }) => ({
        VersionId: id,
        VersionStages: stages.length > 0 ? [...stages] : undefined,
        CreatedDate: new Date(created),
        LastAccessedDate: date(accessed),
        KmsKeyIds: ['DefaultEncryptionKey'],
      })),
    };
  }

  public PutSecretValue(input: Input): Output {
    return this.secrets.change(input.SecretId, (secret) => {
      const version = this.putVersion(alive(secret), { VersionStages: ['AWSCURRENT'], ...input });
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
    });
  }

  /** Without a value, the description alone. */
  public UpdateSecret(input: Input): Output {
    this.secrets.change(input.SecretId, (secret) => {
      alive(secret).description = input.Description ?? secret.description;
    });
    if (!hasValue(input)) {
      const { arn, name } = this.secrets.latest(input.SecretId);
      return { ARN: arn, Name: name };
    }
    const { ARN, Name, VersionId } = this.PutSecretValue({ ...input, VersionStages: ['AWSCURRENT'] });
    return { ARN, Name, VersionId };
  }

  public UpdateSecretVersionStage({ SecretId, VersionStage, MoveToVersionId, RemoveFromVersionId }: Input): Output {
    return this.secrets.change(SecretId, (secret) => {
      alive(secret);
      const target = MoveToVersionId === undefined ? undefined : versionOf(secret, MoveToVersionId);
      const holder = holderOf(secret, VersionStage);
      if (holder && holder !== target && RemoveFromVersionId === undefined) throw FAILURES.removeFromMissing(VersionStage, holder.id);
      if (RemoveFromVersionId !== undefined && RemoveFromVersionId !== holder?.id) throw FAILURES.removeFromElsewhere(VersionStage);
      if (target) attach(secret, VersionStage, target);
      else if (holder) detach(holder, VersionStage);
      this.changed(secret);
      return { ARN: secret.arn, Name: secret.name };
    });
  }

  /** By the rules of the rotation functions, which are those of the service. */
  public GetRandomPassword(input: Input): Output {
    return {
      RandomPassword: newPassword({
        length: input.PasswordLength ?? 32,
        excludeCharacters: input.ExcludeCharacters ?? '',
        numbers: !input.ExcludeNumbers,
        punctuation: !input.ExcludePunctuation,
        uppercase: !input.ExcludeUppercase,
        lowercase: !input.ExcludeLowercase,
        requireEachIncludedType: input.RequireEachIncludedType ?? true,
      }),
    };
  }

  public DeleteSecret(input: Input): Output {
    if (input.ForceDeleteWithoutRecovery) return this.removeSecret(input);
    return this.secrets.change(input.SecretId, (secret) => {
      alive(secret).deleted = this.clock.now();
      return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(this.clock.now() + RECOVERY_MS) };
    });
  }

  public RestoreSecret(input: Input): Output {
    return this.secrets.change(input.SecretId, (secret) => {
      secret.deleted = undefined;
      return { ARN: secret.arn, Name: secret.name };
    });
  }

  public TagResource({ SecretId, Tags }: Input): Output {
    return this.secrets.change(SecretId, (secret) => {
      const given = Object.fromEntries(Tags.map(({ Key, Value }: Input) => [Key, Value]));
      secret.tags = [...alive(secret).tags.filter(({ Key }) => !(Key in given)), ...Tags];
      secret.tagged = true;
      return {};
    });
  }

  public UntagResource({ SecretId, TagKeys }: Input): Output {
    return this.secrets.change(SecretId, (secret) => {
      secret.tags = alive(secret).tags.filter(({ Key }) => !TagKeys.includes(Key));
      return {};
    });
  }

  private removeSecret({ SecretId }: Input): Output {
    const { arn, name } = this.secrets.latest(SecretId);
    this.secrets.remove(SecretId);
    return { ARN: arn, Name: name, DeletionDate: new Date(this.clock.now()) };
  }

  private putVersion(secret: SecretRecord, input: Input): VersionRecord {
    if (Buffer.byteLength(input.SecretString ?? input.SecretBinary ?? '') > MAX_SECRET_BYTES) throw FAILURES.tooLong();
    if (input.VersionStages.length > MAX_STAGES) throw FAILURES.tooManyStages();
    const token = input.ClientRequestToken ?? randomUUID();
    const known = secret.versions.find(({ id }) => id === token);
    if (known && (known.text ?? known.binary) !== undefined) {
      if (known.text !== input.SecretString) throw FAILURES.tokenTaken(token, secret.arn);
      return known;
    }
    prune(secret, this.clock.now());
    if (!known && secret.versions.length >= MAX_VERSIONS) throw FAILURES.tooManyVersions();
    const version: VersionRecord = known ?? { id: token, created: this.clock.now(), stages: [] };
    version.text = input.SecretString;
    version.binary = input.SecretBinary;
    if (!known) secret.versions.push(version);
    for (const stage of input.VersionStages) attach(secret, stage, version);
    if (!holderOf(secret, 'AWSCURRENT') && input.VersionStages.includes('AWSCURRENT')) attach(secret, 'AWSCURRENT', version);
    this.changed(secret);
    return version;
  }

  private changed(secret: SecretRecord): void {
    secret.changed = this.clock.now();
    for (const replica of secret.replicas) replica.syncAt = this.clock.now() + this.clock.replicationMs();
  }
}

function versionFor(secret: SecretRecord, { VersionId, VersionStage }: Input): VersionRecord {
  if (VersionId === undefined) {
    const stage = VersionStage ?? 'AWSCURRENT';
    const holder = holderOf(secret, stage);
    if (!holder || (holder.text ?? holder.binary) === undefined) throw FAILURES.noStage(stage);
    return holder;
  }
  const version = versionOf(secret, VersionId);
  if (VersionStage !== undefined && !version.stages.includes(VersionStage)) throw FAILURES.stageElsewhere();
  if ((version.text ?? version.binary) === undefined) throw VersionStage ? FAILURES.noStage(VersionStage) : FAILURES.noVersion(VersionId);
  return version;
}

function versionOf(secret: SecretRecord, id: string): VersionRecord {
  const version = secret.versions.find(candidate => candidate.id === id);
  if (!version) throw FAILURES.noVersion(id);
  return version;
}

function alive(secret: SecretRecord): SecretRecord {
  if (secret.deleted !== undefined) throw FAILURES.deleted();
  return secret;
}

/** What the list tells, and the description as well. */
function metadataOf(secret: SecretRecord): Output {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    CreatedDate: new Date(secret.created),
    LastChangedDate: new Date(secret.changed),
    LastAccessedDate: date(secret.accessed),
    DeletedDate: date(secret.deleted),
    Tags: secret.tags.length === 0 && !secret.tagged ? undefined : secret.tags,
    // In the region of its primary, as all secrets here.
    PrimaryRegion: secret.replicas.length === 0 ? undefined : secret.arn.split(':')[3],
    ...rotationOf(secret),
  };
}

function rotationOf({ rotation, lastRotated }: SecretRecord): Output {
  return rotation ? {
    RotationEnabled: rotation.enabled,
    RotationLambdaARN: rotation.functionArn,
    RotationRules: { AutomaticallyAfterDays: rotation.days },
    LastRotatedDate: date(lastRotated),
    NextRotationDate: lastRotated === undefined || !rotation.enabled ? undefined : new Date(lastRotated + rotation.days * DAY_MS),
  } : {};
}

function hasValue(input: Input): boolean {
  return input.SecretString !== undefined || input.SecretBinary !== undefined;
}

function date(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at);
}
