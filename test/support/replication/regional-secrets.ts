type Input = Readonly<Record<string, any>>; // As on the wire; each operation reads what it knows.
type Output = Record<string, any>;

interface Copy {
  readonly name: string;
  readonly suffix: string;
  kmsKeyId?: string;
  value: string;
  tags: string[];
  /** Of a replica. */
  primaryRegion?: string;
  /** Of a primary, by region. */
  readonly replicas: Map<string, { kmsKeyId?: string; status: 'InSync' | 'InProgress' | 'Failed'; message?: string }>;
}

/** What Secrets Manager answers with; the names are those of its API. */
export class ServiceError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * Secrets Manager in several regions, as far as replication goes. Rotation and versions are in test/support/secrets-manager.
 *
 * Each rule is one that the documentation of AWS states; it was not recorded against AWS.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_StopReplicationToReplica.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RemoveRegionsFromReplication.html
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */
export class RegionalSecrets {
  /** Regions that cannot be reached: nothing is called there, and nothing is replicated to or from there. */
  public readonly down = new Set<string>();
  private readonly regions = new Map<string, Map<string, Copy>>();

  /** Keys that there are, as `<region>:<alias or ARN>`: replication to any other fails, and the call succeeds all the same. */
  constructor(private readonly account: string, private readonly keys: string[]) {}

  public call(region: string, operation: string, input: Input): Output {
    if (this.down.has(region)) throw new Error(`no route to secretsmanager.${region}.amazonaws.com`);
    const perform = (this as unknown as Record<string, ((region: string, input: Input) => Output) | undefined>)[operation];
    if (perform === undefined) throw new Error(`the model has no operation ${operation}`);
    return perform.call(this, region, input);
  }

  public CreateSecret(region: string, { Name, SecretString, KmsKeyId, AddReplicaRegions = [] }: Input): Output {
    if (this.in(region).has(Name)) throw new ServiceError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
    const copy: Copy = { name: Name, suffix: 'a1B2c3', kmsKeyId: KmsKeyId, value: SecretString, tags: [], replicas: new Map() };
    this.in(region).set(Name, copy);
    this.replicate(region, copy, AddReplicaRegions, false);
    return { ARN: this.arn(region, copy), Name };
  }

  public DescribeSecret(region: string, { SecretId }: Input): Output {
    const copy = this.find(region, SecretId);
    return {
      ARN: this.arn(region, copy),
      Name: copy.name,
      KmsKeyId: copy.kmsKeyId,
      ...(copy.primaryRegion && { PrimaryRegion: copy.primaryRegion }),
      ...(copy.replicas.size > 0 && { PrimaryRegion: region, ReplicationStatus: this.status(copy) }),
    };
  }

  public GetSecretValue(region: string, { SecretId }: Input): Output {
    const copy = this.find(region, SecretId);
    return { ARN: this.arn(region, copy), Name: copy.name, SecretString: copy.value };
  }

  /** A replica cannot be updated independently from its primary, except for its key. */
  public PutSecretValue(region: string, { SecretId, SecretString }: Input): Output {
    const copy = this.find(region, SecretId);
    requirePrimary(copy);
    copy.value = SecretString;
    this.synchronize(region, copy);
    return { ARN: this.arn(region, copy), Name: copy.name };
  }

  public ReplicateSecretToRegions(region: string, { SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret = false }: Input): Output {
    const copy = this.find(region, SecretId);
    requirePrimary(copy);
    this.replicate(region, copy, AddReplicaRegions, ForceOverwriteReplicaSecret);
    return { ARN: this.arn(region, copy), ReplicationStatus: this.status(copy) };
  }

  public RemoveRegionsFromReplication(region: string, { SecretId, RemoveReplicaRegions }: Input): Output {
    const copy = this.find(region, SecretId);
    requirePrimary(copy);
    for (const each of RemoveReplicaRegions as string[]) {
      if (this.in(each).get(copy.name)?.primaryRegion === region) this.in(each).delete(copy.name);
      copy.replicas.delete(each);
    }
    return { ARN: this.arn(region, copy), ReplicationStatus: this.status(copy) };
  }

  /** Must be called in the region of the replica, which becomes a secret of its own there; the primary is not asked. */
  public StopReplicationToReplica(region: string, { SecretId }: Input): Output {
    const copy = this.find(region, SecretId);
    if (copy.primaryRegion === undefined) throw new ServiceError('InvalidRequestException', 'The secret is not a replica.');
    const primary = this.in(copy.primaryRegion).get(copy.name);
    copy.primaryRegion = undefined;
    primary?.replicas.delete(region);
    return { ARN: this.arn(region, copy) };
  }

  /** A secret that has replicas cannot be deleted, and a replica is deleted through its primary. */
  public DeleteSecret(region: string, { SecretId }: Input): Output {
    const copy = this.find(region, SecretId);
    requirePrimary(copy);
    if (copy.replicas.size > 0) throw new ServiceError('InvalidRequestException', 'You can\'t delete secret that still has replica regions.');
    this.in(region).delete(copy.name);
    return { ARN: this.arn(region, copy), Name: copy.name };
  }

  private replicate(region: string, copy: Copy, wanted: { Region: string; KmsKeyId?: string }[], overwrite: boolean): void {
    for (const { Region, KmsKeyId } of wanted) {
      const existing = this.in(Region).get(copy.name);
      const message = existing && existing.primaryRegion !== region && !overwrite ? 'Replication failed: Secret name simple name already exists in region'
        : KmsKeyId !== undefined && !this.keys.includes(`${Region}:${KmsKeyId}`) ? 'Replication failed: the key cannot be used' : undefined;
      copy.replicas.set(Region, { kmsKeyId: KmsKeyId, status: message ? 'Failed' : 'InProgress', message });
      if (message) continue;
      this.in(Region).set(copy.name, { ...copy, kmsKeyId: KmsKeyId, primaryRegion: region, replicas: new Map() });
    }
    this.synchronize(region, copy);
  }

  private synchronize(region: string, copy: Copy): void {
    for (const [to, replica] of copy.replicas) {
      if (replica.status === 'Failed') continue;
      replica.status = this.down.has(to) ? 'InProgress' : 'InSync';
      const there = this.in(to).get(copy.name);
      if (replica.status === 'InSync' && there?.primaryRegion === region) there.value = copy.value;
    }
  }

  private status({ replicas }: Copy): Output[] {
    return [...replicas].map(([Region, { kmsKeyId, status, message }]) => ({ Region, KmsKeyId: kmsKeyId, Status: status, StatusMessage: message }));
  }

  private find(region: string, id: string): Copy {
    const copy = [...this.in(region).values()].find(each => id === each.name || id === this.arn(region, each) || `${id}-${each.suffix}` === this.arn(region, each));
    if (!copy) throw new ServiceError('ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.');
    return copy;
  }

  private arn(region: string, { name, suffix }: Copy): string {
    return `arn:aws:secretsmanager:${region}:${this.account}:secret:${name}-${suffix}`;
  }

  private in(region: string): Map<string, Copy> {
    const known = this.regions.get(region) ?? new Map<string, Copy>();
    this.regions.set(region, known);
    return known;
  }
}

function requirePrimary({ primaryRegion }: Copy): void {
  if (primaryRegion !== undefined) throw new ServiceError('InvalidRequestException', `Operation not permitted on a replica secret. Call must be made in primary secret's region ${primaryRegion}.`);
}
