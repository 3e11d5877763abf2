export const HEALING = String.raw`

WAIT_SECONDS = 540


def pending_version(secret):
    """The version that a rotation left behind. With AWSCURRENT on it too, the rotation was finished."""
    stages = secret.get('VersionIdsToStages', {})
    return next((version for version, labels in stages.items() if 'AWSPENDING' in labels and 'AWSCURRENT' not in labels), None)


def heal(events, context):
    log = Log(events)
    name = events['SecretName']
    secret = secrets.describe_secret(SecretId=name)
    if 'DeletedDate' in secret:
        raise Exception(f'{name} is going to be deleted; restore it first. Nothing was changed')
    if 'OwningService' in secret:
        raise Exception(f'{name} is rotated by {secret["OwningService"]}, which has to heal it. Nothing was changed')
    version = pending_version(secret)
    if version is None:
        raise Exception(f'{name} has no rotation that is left over: AWSPENDING is on no version, or on AWSCURRENT. Nothing was changed')
    report = {'SecretArn': secret['ARN'], 'PendingVersionId': version, 'RotationFunction': secret.get('RotationLambdaARN', '')}
    return {'Retry': retry, 'Abandon': abandon}[events['Action']](events, log, secret, report)


def retry(events, log, secret, report):
    """Always safe: the function is called again with the same version, and a value that is there is used, not replaced."""
    if not secret.get('RotationEnabled'):
        raise Exception(f'rotation of {secret["Name"]} is turned off, and to retry would turn it on; deploy its schedule first. Nothing was changed')
    if events['DryRun']:
        log.write('WouldRetry', **report)
        return report
    log.write('Retry', **report)
    try:
        secrets.rotate_secret(SecretId=secret['ARN'])
    except ClientError as error:
        if code_of(error) != 'InvalidRequestException' or 'previous rotation' not in error.response['Error']['Message']:
            raise
    deadline = time.time() + WAIT_SECONDS
    while pending_version(secrets.describe_secret(SecretId=secret['ARN'])) == report['PendingVersionId']:
        if time.time() > deadline:
            log.write('RetryFailed', **report)
            raise Exception(f'{secret["Name"]} is still stuck after {WAIT_SECONDS} seconds, with AWSPENDING where it was; read the log of {report["RotationFunction"]}')
        time.sleep(5)
    log.write('Retried', **report)
    return report


def abandon(events, log, secret, report):
    """Safe only when nothing has the pending value yet: else that version may hold the only password that works."""
    version = report['PendingVersionId']
    if events['PendingVersionId'] != version:
        raise Exception(f'to take AWSPENDING away from version {version}, confirm that nothing has its value yet by PendingVersionId={version}. Nothing was changed')
    undo = f'aws secretsmanager update-secret-version-stage --secret-id {secret["ARN"]} --version-stage AWSPENDING --move-to-version-id {version}'
    if events['DryRun']:
        log.write('WouldAbandon', **report)
        return report
    log.write('Abandon', undo=undo, **report)
    secrets.update_secret_version_stage(SecretId=secret['ARN'], VersionStage='AWSPENDING', RemoveFromVersionId=version)
    if pending_version(secrets.describe_secret(SecretId=secret['ARN'])) is not None:
        raise Exception(f'{secret["Name"]} has AWSPENDING on a version again; a rotation was started meanwhile')
    log.write('Abandoned', undo=undo, **report)
    return report
`;
