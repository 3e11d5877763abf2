import { RotationError } from '../../../../lambda/rotation/engine/errors';
import { newPassword } from '../../../../tools/servers/new-password';
import { Deployment, HOST } from '../../../support/rotation/user/deployment';

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

test('permissions that do not hold yet are waited for', async () => {
  const deployment = new Deployment();
  deployment.secretsManager.fail('DescribeSecret', named('AccessDeniedException'), 2);
  deployment.secretsManager.fail('GetSecretValue', named('AccessDeniedException'), 1);
  await deployment.run();
  expect(deployment.slept).toEqual([1_000, 2_000, 4_000]);
  expect(deployment.logsIn()).toBe(true);
});

test('what does not pass is told in time, once', async () => {
  const deployment = new Deployment();
  deployment.database.broken = new RotationError('network', 'the database cannot be reached; check the route', 'ECONNREFUSED');
  await expect(deployment.run()).rejects.toThrow(`${deployment.secretArn}: the database user is not ready: the database cannot be reached; `
    + 'check the route');
  expect(deployment.slept.reduce((sum, each) => sum + each, 0)).toBeLessThan(60_000);
  expect(deployment.lines.filter((line) => line.includes('User failed.'))).toHaveLength(1);
});

test('what a person must correct is told at once', async () => {
  const deployment = new Deployment();
  deployment.database.createUser('app', newPassword());
  await expect(deployment.run()).rejects.toThrow('somebody else');
  expect(deployment.slept).toEqual([]);
});

test('a rotation that is going on keeps the password that it has just set', async () => {
  const deployment = new Deployment();
  await deployment.run();
  const pending = newPassword();
  deployment.secretsManager.edit(deployment.secretArn, (secret) => {
    const text = JSON.stringify({ ...JSON.parse(secret.versions[0].text!), password: pending });
    secret.versions.push({ id: 'pending', created: 0, stages: ['AWSPENDING'], text });
  });
  deployment.database.user('app').passwords = [pending];
  await deployment.run('Update');
  expect(deployment.database.logsIn('app', pending)).toBe(true);
  expect(deployment.logsIn()).toBe(false);
});

test('the answer and the log hold no password', async () => {
  const deployment = new Deployment();
  const answer = await deployment.run();
  expect(answer).toEqual({ PhysicalResourceId: `app@${HOST}:4242`, Data: { SecretArn: deployment.secretArn } });
  expect(`${JSON.stringify(answer)} ${deployment.lines.join(' ')}`).not.toContain(deployment.password);
});

test('a secret that is gone keeps nobody from deleting the stack', async () => {
  const deployment = new Deployment();
  const User = JSON.stringify({ username: 'app', database: 'main', grants: [], takeOver: false, drop: true });
  const SecretArn = deployment.secretArn.replace('secret:app', 'secret:gone');
  await expect(deployment.run('Delete', { SecretArn, User })).resolves.toMatchObject({ PhysicalResourceId: `app@${HOST}:4242` });
  expect(deployment.database.attempts).toEqual([]);
});
