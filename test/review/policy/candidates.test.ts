import fc from 'fast-check';
import { ACCOUNT, allow, deny, KEY, policy, SECRET } from './requests';
import { Candidates, Candidate, CandidateResource } from '../../../src/review/policy/candidates';
import { decide } from '../../../src/review/policy/decide';
import type { CompiledPolicy, RequestContext } from '../../../src/review/policy/types';
import { policySetOf, requestOf } from '../../../tools/oracle/evaluator';
import { cases } from '../../../tools/oracle/generator';

const ACTIONS = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:RotateSecret', 'secretsmanager:DescribeSecret',
  'secretsmanager:DeleteSecret', 'secretsmanager:PutResourcePolicy'];

test('a pair that is no candidate is denied', () => {
  let left = 0;
  fc.assert(fc.property(cases, request => {
    const policies = policySetOf(request);
    const principals = [{ principal: request.principal, identity: policies.identity! }];
    const found = [...new Candidates(principals, [{ arn: request.resource, policy: policies.resource }]).of(request.action)];
    if (found.length > 0) return;
    left++;
    expect(decide(requestOf(request), policies).outcome).toBe('denied');
  }), { numRuns: 2_000 });
  expect(left).toBeGreaterThan(200);
});

test('the root user, who needs no statement, is a candidate for everything of its account', () => {
  const root: Candidate = { principal: { kind: 'root', arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT }, identity: [] };
  expect([...new Candidates([root], [{ arn: SECRET }, { arn: KEY }]).of('secretsmanager:GetSecretValue')]).toHaveLength(2);
});

test('a federated user is a candidate where a user is named who could have federated', () => {
  const federated: Candidate = { principal: { kind: 'federated user', arn: `arn:aws:sts::${ACCOUNT}:federated-user/carlos`, account: ACCOUNT }, identity: [] };
  const named = policy(allow({ Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/carlos` } }));
  expect([...new Candidates([federated], [{ arn: SECRET, policy: named }]).of('secretsmanager:GetSecretValue')]).toHaveLength(1);
});

/** Roles and secrets as this package writes their policies: one statement a grant, and a guard rail on each secret. */
function large(count: number): { principals: Candidate[]; resources: CandidateResource[] } {
  const arn = (index: number) => `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:prod/service-${index % 100}/secret-${index}-AbCdEf`;
  const guard = () => policy(deny({
    Principal: '*', Action: 'secretsmanager:GetSecretValue', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' }, Bool: { 'aws:PrincipalIsAWSService': 'false' } },
  }));
  const grants = (index: number): CompiledPolicy[] => [
    policy(allow({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], Resource: `${arn(index).slice(0, -6)}??????` }),
      allow({ Action: 'kms:Decrypt', Resource: KEY, Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } } })),
    policy(allow({ Action: 'logs:*' })),
  ];
  const indexes = Array.from({ length: count }, (_, index) => index);
  return {
    principals: indexes.map(index => ({ principal: { kind: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/role-${index}`, account: ACCOUNT }, identity: grants(index) })),
    resources: indexes.map(index => ({ arn: arn(index), policy: guard() })),
  };
}

function decideAll({ principals, resources }: ReturnType<typeof large>): number {
  const context: RequestContext = { known: { 'aws:PrincipalIsAWSService': 'false' } };
  let answers = 0;
  for (const action of ACTIONS) {
    for (const { principal, resource } of new Candidates(principals, resources).of(action)) {
      const { outcome } = decide(
        { principal: principals[principal].principal, action, resource: resources[resource].arn, resourceAccount: ACCOUNT, context },
        { identity: principals[principal].identity, resource: resources[resource].policy },
      );
      if (outcome !== 'denied') answers++;
    }
  }
  return answers;
}

test('all pairs of 1,000 roles and 1,000 secrets are decided at once', () => {
  const before = process.memoryUsage().heapUsed;
  const start = process.cpuUsage();
  expect(decideAll(large(1_000))).toBe(2_000);
  const { user, system } = process.cpuUsage(start);
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6;
  if (process.env.SHOW_FIGURES) console.log(`${((user + system) / 1e6).toFixed(2)} s, ${megabytes.toFixed(0)} MB`);
  expect((user + system) / 1e6).toBeLessThan(5);
  expect(megabytes).toBeLessThan(600);
});
