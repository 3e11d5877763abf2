export const EMERGENCY_ROTATION = String.raw`

MAX_WAVE = 50
WAIT_SECONDS = 540


def plan(events, context):
    log = Log(events)
    if not 1 <= events['WaveSize'] <= MAX_WAVE:
        raise Exception(f'WaveSize must be from 1 to {MAX_WAVE}, got {events["WaveSize"]}; nothing was rotated')
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    since = datetime.datetime.fromisoformat(events['Since']) if events['Since'] else now
    if since.tzinfo is None or since > now:
        raise Exception(f'Since must be a time that is past, with its zone, such as {now.isoformat()}; nothing was rotated')
    every = list(secrets_of(events))
    fixed = [secret for secret in every if not secret.get('RotationEnabled')]
    due = due_of(every, since)
    log.write('Plan', since=since.isoformat(), rotate=[each['Name'] for each in due], changeByHand=[each['Name'] for each in fixed])
    return {'Since': since.isoformat(), 'ToRotate': names_of(due), 'ChangeByHand': names_of(fixed)}


def due_of(some, since):
    return [secret for secret in some if secret.get('RotationEnabled') and not is_rotated(secret, since)]


def is_rotated(secret, since):
    return 'LastRotatedDate' in secret and secret['LastRotatedDate'] >= since


def rotate_wave(events, context):
    if events['DryRun']:
        return {'Remaining': False}
    log = Log(events)
    since = datetime.datetime.fromisoformat(events['PlannedSince'])
    due = due_of(secrets_of(events), since)
    wave = due[:events['WaveSize']]
    begun = []
    for secret in wave:
        log.write('Rotate', secret=secret['ARN'])
        try:
            begin(secret)
        except ClientError as error:
            log.write('NotBegun', secret=secret['ARN'], error=str(error))
            raise stopped(f'{secret["Name"]} could not be begun ({code_of(error)})', begun, due, since)
        begun.append(secret)
    late = await_rotation(begun, since)
    for secret in begun:
        log.write('NotRotated' if secret in late else 'Rotated', secret=secret['ARN'])
    if late:
        raise stopped(f'{", ".join(names_of(late))} did not finish within {WAIT_SECONDS} seconds', begun, due, since)
    return {'Remaining': len(due) > len(wave)}


def begin(secret):
    """A rotation that is left over is taken up again by Secrets Manager, which says so by an error."""
    try:
        secrets.rotate_secret(SecretId=secret['ARN'])
    except ClientError as error:
        if code_of(error) != 'InvalidRequestException' or 'previous rotation' not in error.response['Error']['Message']:
            raise


def await_rotation(begun, since):
    deadline = time.time() + WAIT_SECONDS
    late = begun
    while late and time.time() < deadline:
        late = [secret for secret in late if not is_rotated(secrets.describe_secret(SecretId=secret['ARN']), since)]
        if late:
            time.sleep(5)
    return late


def stopped(reason, begun, due, since):
    return Exception(f'{reason}; begun in this wave: {names_of(begun)}; {len(due) - len(begun)} were not begun, and none is begun any more. '
                     f'Heal what failed, then start again with Since={since.isoformat()}, and what is rotated already is left alone')


def confirm(events, context):
    if events['DryRun']:
        return {}
    since = datetime.datetime.fromisoformat(events['PlannedSince'])
    due = due_of(secrets_of(events), since)
    if due:
        raise Exception(f'{len(due)} secrets are left to be rotated; start again with Since={since.isoformat()}')
    Log(events).write('AllRotated', since=since.isoformat())
    return {}
`;
