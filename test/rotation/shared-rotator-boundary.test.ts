import { App, Stack } from 'aws-cdk-lib';
import { ManagedSecret, SecretNamespace } from 'cdk-managed-secrets';
import { build } from '../../examples/shared-rotator/app';
import { resolveTemplates } from '../../src/review/assembly/resolve-templates';
import {
  AccessModel, accessModel, administrator, Decision, Principal, readSecret, roleOf, rotateSecret, writeLogs, writeSecret,
} from '../../tools/access';
import { ENV, testApp } from '../support/test-app';

/** The boundary of the example, alone: whatever the policies of the role of the shared rotator allow. */

let model: AccessModel;

function exampleWithAnotherTeam(): App {
  const app = testApp();
  build(app);
  const team = new Stack(app, 'another-team', { env: ENV });
  const namespace = new SecretNamespace(team, 'Secrets', { environment: 'prod', service: 'another' });
  new ManagedSecret(team, 'ApiKey', { namespace, purpose: 'api_key' });
  return app;
}

beforeAll(() => {
  model = accessModel(resolveTemplates(exampleWithAnotherTeam().synth()));
});

const rotator = (): Principal => ({
  ...roleOf(model, 'platform/Rotator/Role'), identityPolicies: administrator(ENV.account).identityPolicies,
});

test.each<[string, () => Promise<{ decision: Decision }>, boolean]>([
  ['rotates a secret of the ledger', () => rotateSecret(model, rotator(), 'prod/ledger/db/writer'), true],
  ['rotates a secret of billing', () => rotateSecret(model, rotator(), 'prod/billing/db-credentials'), true],
  ['writes its logs', () => writeLogs(model, rotator(), 'platform/RotatorLog'), true],
  ['reads a secret that nobody rotates', () => readSecret(model, rotator(), 'prod/another/api_key'), false],
  ['writes a secret that nobody rotates', () => writeSecret(model, rotator(), 'prod/another/api_key'), false],
])('%s', async (_, act, allowed) => {
  const { decision } = await act();
  allowed ? expect(decision).toBe('Allowed') : expect(decision).not.toBe('Allowed');
});
