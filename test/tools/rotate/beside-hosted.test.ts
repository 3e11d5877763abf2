import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { DatabaseEngine, DatabaseRotator, ExternalPartner, ManagedExternalSecret, RotatedDatabaseSecret, RotationSchedule, SecretNamespace } from 'cdk-managed-secrets';
import { deployedRotation, rotatedSecrets } from '../../../tools/rotate/deployed-rotation';
import { endpoint } from '../../rotation/rotated-databases';
import { ENV } from '../../support/test-app';

/** What AWS or a partner rotates cannot be rotated here, and keeps nobody from rotating the rest. */

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(path.join(tmpdir(), 'hosted-'));
});
afterEach(() => rmSync(outdir, { recursive: true, force: true }));

function synthesize(withOurs: boolean): void {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Stack', { env: ENV });
  new SecretNamespace(stack, 'Secrets', { environment: 'prod', service: 'payments' });
  const common = { username: 'app' };
  new RotatedDatabaseSecret(stack, 'Hosted', {
    ...common, purpose: 'hosted', database: endpoint(DatabaseEngine.SQLSERVER), rotator: DatabaseRotator.hosted(stack, 'HostedRotator'),
  });
  new ManagedExternalSecret(stack, 'External', { purpose: 'external', partner: ExternalPartner.PADDLE_API_KEY, schedule: RotationSchedule.spread() });
  if (withOurs) new RotatedDatabaseSecret(stack, 'Ours', { ...common, purpose: 'ours', database: endpoint() });
  app.synth();
}

test('the secret that a function of the app rotates is found beside', () => {
  synthesize(true);
  expect(rotatedSecrets(outdir)).toEqual(['prod/payments/ours']);
  expect(deployedRotation(outdir).secret.name).toBe('prod/payments/ours');
});

test('one that AWS rotates says that nothing can run here', () => {
  synthesize(true);
  expect(() => deployedRotation(outdir, 'prod/payments/hosted')).toThrow('names no function of the templates, so that none can run here');
});

test('so does an app that has no other', () => {
  synthesize(false);
  expect(() => deployedRotation(outdir)).toThrow('names no function of the templates, so that none can run here');
});
