/** What the scripts of all runbooks begin with. They write a record before each change and after it, so that nothing is done in silence. */
export const COMMON = String.raw`
import datetime
import hashlib
import json
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

CONFIG = Config(retries={'mode': 'standard', 'max_attempts': 8})
secrets = boto3.client('secretsmanager', config=CONFIG)


class Log:
    """A stream of the log group, with the id of the execution as its name."""

    def __init__(self, events):
        self.logs = boto3.client('logs', config=CONFIG)
        self.place = {'logGroupName': events['LogGroup'], 'logStreamName': events['ExecutionId']}
        try:
            self.logs.create_log_stream(**self.place)
        except ClientError as error:
            if code_of(error) != 'ResourceAlreadyExistsException':
                raise

    def write(self, action, **details):
        message = json.dumps({'action': action, **details}, default=str, sort_keys=True)
        self.logs.put_log_events(**self.place, logEvents=[{'timestamp': int(time.time() * 1000), 'message': message}])


def code_of(error):
    return error.response['Error']['Code']


def secrets_of(events):
    """The secrets below the prefix that can be changed here: no replicas, none that is going to be deleted, none of another service."""
    page = {'NextToken': None}
    while 'NextToken' in page:
        token = {'NextToken': page['NextToken']} if page['NextToken'] else {}
        page = secrets.list_secrets(Filters=[{'Key': 'name', 'Values': [events['Prefix']]}], MaxResults=100, **token)
        for secret in page['SecretList']:
            is_replica = secret.get('PrimaryRegion', events['Region']) != events['Region']
            if secret['Name'].startswith(events['Prefix']) and not is_replica and 'DeletedDate' not in secret and 'OwningService' not in secret:
                yield secret


def names_of(some):
    """At most 50, because the output of a step has a limit; the log has all."""
    names = sorted(secret['Name'] for secret in some)
    return names[:50] + ([f'and {len(names) - 50} more'] if len(names) > 50 else [])
`;
