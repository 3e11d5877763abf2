import {
  aws_ec2 as ec2, aws_redshift as redshift, aws_redshiftserverless as serverless, aws_secretsmanager as secretsmanager, Tokenization,
} from 'aws-cdk-lib';
import type { BoundTarget } from './bound-target';
import { referenceIn } from './endpoint-target';
import { masterOfNamespace, masterOfRedshift } from './master-user';
import { fail } from '../../private/errors';
import { DatabaseEngine } from '../database-engine';

/** A cluster: CloudFormation writes engine, host and port into the secret. */
export function boundToRedshift(path: string, cluster: redshift.CfnCluster, securityGroups: ec2.ISecurityGroup[] = []): BoundTarget {
  if (!(cluster instanceof redshift.CfnCluster)) {
    fail(path, '`database` must be a cluster of Amazon Redshift, a CfnCluster of aws_redshift; of an L2 give its `node.defaultChild`');
  }
  const port = cluster.port ?? DatabaseEngine.REDSHIFT.defaultPort;
  return {
    engine: DatabaseEngine.REDSHIFT,
    fields: {},
    attachment: { targetId: cluster.ref, targetType: secretsmanager.AttachmentTargetType.REDSHIFT_CLUSTER },
    server: () => ({ host: cluster.attrEndpointAddress, port: cluster.attrEndpointPort }),
    securityGroups,
    port: ec2.Port.tcp(port),
    isPrivate: !cluster.publiclyAccessible,
    master: masterOfRedshift(cluster),
    instances: [],
  };
}

/** No attachment is known to name a workgroup, which has the endpoint. */
export function boundToServerless(
  path: string, workgroup: serverless.CfnWorkgroup, securityGroups: ec2.ISecurityGroup[] = [],
): BoundTarget {
  if (!(workgroup instanceof serverless.CfnWorkgroup)) {
    fail(path, '`database` must be a workgroup of Amazon Redshift Serverless, a CfnWorkgroup of aws_redshiftserverless');
  }
  const engine = DatabaseEngine.REDSHIFT;
  const server = {
    host: workgroup.attrWorkgroupEndpointAddress, port: Tokenization.stringifyNumber(workgroup.port ?? engine.defaultPort),
  };
  const namespace = namespaceOf(workgroup);
  return {
    engine,
    fields: { engine: engine.name, ...server },
    server: () => server,
    securityGroups,
    port: ec2.Port.tcp(workgroup.port ?? engine.defaultPort),
    isPrivate: !workgroup.publiclyAccessible,
    master: namespace && masterOfNamespace(namespace),
    instances: [],
  };
}

/** By reference or by name; that of another app is not known. */
function namespaceOf({ namespaceName, stack }: serverless.CfnWorkgroup): serverless.CfnNamespace | undefined {
  const referred = namespaceName === undefined ? undefined : referenceIn(namespaceName)?.target;
  if (referred instanceof serverless.CfnNamespace) return referred;
  return stack.node.findAll().find((each): each is serverless.CfnNamespace =>
    each instanceof serverless.CfnNamespace && each.namespaceName === namespaceName);
}
