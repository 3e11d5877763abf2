import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, aws_ec2 as ec2, aws_rds as rds, aws_secretsmanager as secretsmanager, Stack } from 'aws-cdk-lib';
import { RotatedDatabaseSecret, RotationSchedule, RotationStrategy, RotationTarget, SecretNamespace } from 'cdk-managed-secrets';
import { DeployedRotation, deployedRotation } from '../rotate/deployed-rotation';
import { GivenServer, PASSWORD_VARIABLE } from '../rotate/given-server';
import type { Close } from '../rotate/local-stand';
import { RehearsalServer, StartedPostgres } from '../rotate/rehearsal-server';
import { CertificateAuthority } from '../servers/certificates';
import { MYSQL_FOLDERS } from '../servers/local-mysql';
import { startMysql } from '../servers/mysql';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const SUPERUSER_ARN = `arn:aws:secretsmanager:${ENV.region}:${ENV.account}:secret:superuser-a1b2c3`;

/** A strategy on a server that has it. */
export interface Strategy {
  readonly title: string;
  /** Whether the older value logs in until the next rotation. */
  readonly hasOverlap: boolean;
  readonly engine: rds.IInstanceEngine;
  readonly strategyOf: (stack: Stack) => RotationStrategy;
  /** Absent where the server is not at hand. */
  readonly start?: (deployed: DeployedRotation, closing: (close: Close) => void) => Promise<RehearsalServer>;
}

/** Each strategy; what is missing is missing in the environment. */
export function strategies(): Strategy[] {
  const mysql = process.env[MYSQL_FOLDERS.MySQL];
  return [
    {
      title: 'single user',
      hasOverlap: false,
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      strategyOf: () => RotationStrategy.singleUser(),
      start: startPostgres,
    },
    {
      title: 'alternating users',
      hasOverlap: true,
      engine: rds.DatabaseInstanceEngine.POSTGRES,
      strategyOf: stack => RotationStrategy.alternatingUsers({
        superuserSecret: secretsmanager.Secret.fromSecretCompleteArn(stack, 'Superuser', SUPERUSER_ARN),
      }),
      start: startPostgres,
    },
    {
      title: 'dual password',
      hasOverlap: true,
      engine: rds.DatabaseInstanceEngine.MYSQL,
      strategyOf: () => RotationStrategy.dualPassword(),
      start: mysql === undefined ? undefined : async (_, closing) => startMysqlOf(mysql, closing),
    },
  ];
}

async function startPostgres({ rotator }: DeployedRotation, closing: (close: Close) => void): Promise<RehearsalServer> {
  const server = await StartedPostgres.start(rotator.environment.TLS_SERVER_NAME);
  closing(async () => server.end());
  return server;
}

async function startMysqlOf(folder: string, closing: (close: Close) => void): Promise<RehearsalServer> {
  const server = await startMysql(folder, await (await CertificateAuthority.create()).issue());
  closing(async () => server.stop());
  const certificates = mkdtempSync(path.join(tmpdir(), 'consumers-ca-'));
  closing(() => rmSync(certificates, { recursive: true }));
  const caFile = path.join(certificates, 'ca.pem');
  writeFileSync(caFile, server.ca);
  process.env[PASSWORD_VARIABLE] = server.superuser.password;
  return GivenServer.open({ url: `mysql://${server.superuser.username}@localhost:${server.superuser.port}`, caFile });
}

/** The rotation as an app of this library deploys it. */
export function deployedBy(strategy: Strategy, closing: (close: Close) => void): DeployedRotation {
  const outdir = mkdtempSync(path.join(tmpdir(), 'consumers-app-'));
  closing(() => rmSync(outdir, { recursive: true }));
  const app = new App({ outdir, builtinCloudFormationValidation: false } as ConstructorParameters<typeof App>[0]);
  rotatedSecret(new Stack(app, 'Shop', { env: ENV }), strategy);
  app.synth();
  return deployedRotation(outdir);
}

function rotatedSecret(stack: Stack, { engine, strategyOf }: Strategy): void {
  const database = rds.DatabaseInstance.fromDatabaseInstanceAttributes(stack, 'Database', {
    instanceIdentifier: 'shop',
    instanceEndpointAddress: 'shop.c1a2b3c4d5e6.eu-west-1.rds.amazonaws.com',
    engine,
    port: 3306,
    securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'SecurityGroup', 'sg-0a1b2c3d4e5f60714')],
  });
  new RotatedDatabaseSecret(stack, 'Credentials', {
    namespace: new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'shop' }),
    purpose: 'db-credentials',
    username: 'shop_app',
    database: RotationTarget.fromInstance(database),
    strategy: strategyOf(stack),
    schedule: RotationSchedule.cron({ weekDay: 'SUN', hour: '3' }),
    vpc: ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0a1b2c3d', availabilityZones: ['eu-west-1a'], privateSubnetIds: ['subnet-0a1b2c3d'], privateSubnetRouteTableIds: ['rtb-0a1b2c3d'],
    }),
  });
}
