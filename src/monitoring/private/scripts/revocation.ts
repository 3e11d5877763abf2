export const REVOCATION = String.raw`

MAX_POLICY = 20480
BUDGET_SECONDS = 480


def statement_of(events):
    """The condition, not the principal, names the caller: it holds for all sessions of a role, and for a role that is made again."""
    principal = events['PrincipalArn']
    return {
        'Sid': 'EmergencyRevocation' + hashlib.sha256(principal.encode()).hexdigest()[:12],
        'Effect': 'Deny',
        'Principal': '*',
        'Action': 'secretsmanager:*',
        'Resource': '*',
        'Condition': {'ArnEquals': {'aws:PrincipalArn': principal}},
    }


def policy_of(secret):
    text = secrets.get_resource_policy(SecretId=secret['ARN']).get('ResourcePolicy')
    policy = json.loads(text) if text else {'Version': '2012-10-17', 'Statement': []}
    if isinstance(policy['Statement'], dict):
        policy['Statement'] = [policy['Statement']]
    return policy


def changed(events, secret, policy):
    """The policy as it is to be, or None when it is so already. Every other statement stays as it is."""
    ours = statement_of(events)
    found = [each for each in policy['Statement'] if each.get('Sid') == ours['Sid']]
    if any(each != ours for each in found):
        raise Exception(f'{secret["Name"]} has another statement with the Sid {ours["Sid"]}; rename or remove it')
    if bool(found) == (events['Action'] == 'Revoke'):
        return None
    others = [each for each in policy['Statement'] if each.get('Sid') != ours['Sid']]
    after = {**policy, 'Statement': others + [ours] if events['Action'] == 'Revoke' else others}
    if len(text_of(after)) > MAX_POLICY:
        raise Exception(f'the policy of {secret["Name"]} would have {len(text_of(after))} characters, and {MAX_POLICY} are allowed; shorten it')
    return after


def text_of(policy):
    return json.dumps(policy, separators=(',', ':'))


def plan(events, context):
    """Looks at every policy before the first one is changed, so that what cannot be done is known before anything is done."""
    log = Log(events)
    if events['PrincipalArn'] == events['RoleArn']:
        raise Exception('PrincipalArn is the role of this runbook, which could not undo it; nothing was changed')
    every = list(secrets_of(events))
    try:
        due = [secret for secret in every if changed(events, secret, policy_of(secret))]
    except Exception as error:
        raise Exception(f'{error}. Nothing was changed')
    log.write('Plan', principal=events['PrincipalArn'], what=events['Action'], dryRun=events['DryRun'], change=[each['Name'] for each in due])
    return {'ToChange': names_of(due), 'AlreadyDone': len(every) - len(due), 'Sid': statement_of(events)['Sid']}


def apply_changes(events, context):
    if events['DryRun']:
        return {'Remaining': False}
    log = Log(events)
    until = time.time() + BUDGET_SECONDS
    for secret in secrets_of(events):
        if time.time() > until:
            return {'Remaining': True}
        try:
            apply_change(events, log, secret)
        except Exception as error:
            log.write('NotChanged', secret=secret['ARN'], error=str(error))
            raise Exception(f'{secret["Name"]}: {error}. The secrets before it are done, as the log {events["LogGroup"]} says; start again to go on, or undo')
    return {'Remaining': False}


def apply_change(events, log, secret):
    before = policy_of(secret)
    after = changed(events, secret, before)
    if after is None:
        return
    log.write(events['Action'], secret=secret['ARN'], principal=events['PrincipalArn'], before=before)
    if after['Statement']:
        secrets.put_resource_policy(SecretId=secret['ARN'], ResourcePolicy=text_of(after), BlockPublicPolicy=True)
    else:
        secrets.delete_resource_policy(SecretId=secret['ARN'])
    log.write(events['Action'] + 'Done', secret=secret['ARN'], principal=events['PrincipalArn'])


def confirm(events, context):
    if events['DryRun']:
        return {}
    left = [secret for secret in secrets_of(events) if changed(events, secret, policy_of(secret))]
    if left:
        raise Exception(f'{len(left)} secrets are not done: {", ".join(names_of(left))}; start again')
    Log(events).write('AllDone', principal=events['PrincipalArn'], what=events['Action'])
    return {}
`;
