import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import { IManagedSecret, ManagedSecret, SecretEncryption, SecretNamespace } from 'cdk-managed-secrets';
import { Construct } from 'constructs';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import { AccessModel, accessModel, decide, directDecrypt, Principal, readSecret, roleOf, secretOf, writeSecret } from '../../tools/access';
import { aroundIn, Service, SERVICES } from '../support/consumers/services';
import { expectTableInDocs } from '../support/table-in-docs';
import { testApp, testStack } from '../support/test-app';

/**
 * What takes a secret of ours as it is: constructs of the CDK, with a secret of their own stack, one of another stack, and an imported one.
 * The policies of the role that reads are decided by the IAM simulator.
 */

const OWNERS = { own: 'prod/own/', other: 'prod/other/', imported: 'prod/imported/' };
type Kind = keyof typeof OWNERS;
const KINDS = Object.keys(OWNERS) as Kind[];
const PURPOSE = 'credentials';

interface Tried {
  readonly reader: string;
  readonly hasMore: boolean;
}

/** The role of whoever reads, by its construct path. */
const tried = new Map<string, Tried>();
let model: AccessModel;

const keyOf = (service: Service, kind: Kind, withMore: boolean) => `${SERVICES.indexOf(service)} ${kind} ${withMore}`;

function namespaceOf(scope: Construct, kind: Kind): SecretNamespace {
  const namespace = new SecretNamespace(scope, `Secrets-${kind}`, { environment: 'prod', service: kind });
  new ManagedSecret(scope, `Neighbour-${kind}`, { namespace, purpose: 'neighbour' });
  return namespace;
}

function importedBy(scope: Construct): IManagedSecret {
  const encryption = SecretEncryption.customerManagedKeyByAlias('alias/secrets/prod/imported');
  return ManagedSecret.fromName(scope, 'Imported', `${OWNERS.imported}${PURPOSE}`, encryption);
}

function wireAll(stack: Stack, kind: Kind, secret: IManagedSecret): void {
  for (const withMore of [false, true]) {
    const scope = new Construct(stack, withMore ? 'WithLine' : 'AsItIs');
    const around = aroundIn(scope);
    SERVICES.forEach((service, index) => {
      const { reader, more } = service.wire(new Construct(scope, `S${index}`), secret, around);
      if (withMore) more?.();
      tried.set(keyOf(service, kind, withMore), { reader: (reader.grantPrincipal as iam.Role).node.path, hasMore: more !== undefined });
    });
  }
}

beforeAll(() => {
  const app = testApp();
  const [own, owner, other, importing] = ['Own', 'Owner', 'Other', 'Importing'].map(id => testStack(id, app));
  const secretIn = (scope: Construct, kind: Kind) => new ManagedSecret(scope, `Secret-${kind}`, { namespace: namespaceOf(scope, kind), purpose: PURPOSE });
  wireAll(own, 'own', secretIn(own, 'own'));
  wireAll(other, 'other', secretIn(owner, 'other'));
  secretIn(owner, 'imported');
  wireAll(importing, 'imported', importedBy(importing));
  model = accessModel(resolveTemplates(app.synth()));
});

const reads = async (service: Service, kind: Kind, withMore: boolean) =>
  (await readSecret(model, readerOf(service, kind, withMore), `${OWNERS[kind]}${PURPOSE}`)).decision === 'Allowed';

function readerOf(service: Service, kind: Kind, withMore: boolean): Principal {
  const role = roleOf(model, tried.get(keyOf(service, kind, withMore))!.reader);
  return { ...role, unknownPolicies: [] };
}

const CASES = SERVICES.flatMap(service => KINDS.map(kind => [`${service.name}, ${service.given}, a secret that is ${kind}`, service, kind] as const));

describe.each(CASES)('%s', (_, service, kind) => {
  test('is read as it is, or with the one line', async () => {
    const { hasMore } = tried.get(keyOf(service, kind, true))!;
    expect(hasMore).toBe(service.line !== undefined);
    expect(await reads(service, kind, hasMore)).toBe(true);
  });

  test('is not the way to anything else', async () => {
    const reader = readerOf(service, kind, true);
    const secret = secretOf(model, `${OWNERS[kind]}${PURPOSE}`);
    const decisions = {
      neighbour: (await readSecret(model, reader, `${OWNERS[kind]}neighbour`)).decision,
      write: (await writeSecret(model, reader, secret.name)).decision,
      key: await directDecrypt(model, reader, secret.name),
      region: await decide(model, {
        principal: reader,
        action: 'kms:Decrypt',
        resource: secret.key!.arn,
        context: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com', 'kms:EncryptionContext:SecretARN': secret.arn },
      }),
    };
    expect(decisions).toEqual({ neighbour: 'ImplicitlyDenied', write: 'ImplicitlyDenied', key: 'ImplicitlyDenied', region: 'ImplicitlyDenied' });
  });
});

test('the guide has a row for each', async () => {
  const rows = await Promise.all(SERVICES.map(async service => {
    const asItIs = await Promise.all(KINDS.map(kind => reads(service, kind, false)));
    return [service.name, service.given, service.reads, verdict(asItIs), service.line ?? ''];
  }));
  expectTableInDocs('docs/guides/consumers-services.md', 'what takes a secret', [['Service', 'Where the secret goes', 'Who reads', 'As it is', 'The one line'], ...rows]);
});

function verdict(asItIs: boolean[]): string {
  if (asItIs.every(each => each)) return 'yes';
  return asItIs.some(each => each) ? `yes, except a secret that is ${KINDS.filter((_, index) => !asItIs[index]).join(' or ')}` : 'no';
}
