export const RESTORATION = String.raw`

def restore(events, context):
    log = Log(events)
    name = events['SecretName']
    secret = secrets.describe_secret(SecretId=name)
    if 'DeletedDate' not in secret:
        raise Exception(f'{name} is not going to be deleted, so that there is nothing to restore; nothing was changed')
    report = {'SecretArn': secret['ARN'], 'RotationEnabled': bool(secret.get('RotationEnabled'))}
    if events['DryRun']:
        log.write('WouldRestore', deleted=secret['DeletedDate'], **report)
        return report
    log.write('Restore', deleted=secret['DeletedDate'], **report)
    secrets.restore_secret(SecretId=secret['ARN'])
    if 'DeletedDate' in secrets.describe_secret(SecretId=secret['ARN']):
        raise Exception(f'{name} was restored and is going to be deleted all the same; somebody deletes it again')
    log.write('Restored', **report)
    return report
`;
