import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { loadExample } from '../examples/examples';
import { DeployedRotation, deployedRotation } from '../rotate/deployed-rotation';
import { GivenServer, PASSWORD_VARIABLE } from '../rotate/given-server';
import type { Close } from '../rotate/local-stand';
import { RehearsalServer, StartedPostgres } from '../rotate/rehearsal-server';
import { CertificateAuthority } from '../servers/certificates';
import { MYSQL_FOLDERS } from '../servers/local-mysql';
import { startMysql } from '../servers/mysql';

/** A strategy on a server that has it. */
export interface Strategy {
  readonly title: string;
  /** Whether the older value logs in until the next rotation. */
  readonly hasOverlap: boolean;
  /** The example that deploys it: secret, function and environment are those of its templates. */
  readonly example: string;
  /** Absent where the server is not at hand. */
  readonly start?: (deployed: DeployedRotation, closing: (close: Close) => void) => Promise<RehearsalServer>;
}

/** Each strategy; what is missing is missing in the environment. */
export function strategies(): Strategy[] {
  const mysql = process.env[MYSQL_FOLDERS.MySQL];
  return [
    { title: 'single user', hasOverlap: false, example: 'rotated-postgres', start: startPostgres },
    { title: 'alternating users', hasOverlap: true, example: 'golden-path', start: startPostgres },
    {
      title: 'dual password',
      hasOverlap: true,
      example: 'lambda-extension',
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

/** The rotation as the example deploys it. */
export function deployedBy({ example }: Strategy, closing: (close: Close) => void): DeployedRotation {
  const outdir = mkdtempSync(path.join(tmpdir(), 'consumers-app-'));
  closing(() => rmSync(outdir, { recursive: true }));
  const app = new App({ outdir, builtinCloudFormationValidation: false } as ConstructorParameters<typeof App>[0]);
  loadExample(example)(app);
  app.synth();
  return deployedRotation(outdir);
}
