"""As much of boto3 as the scripts of the runbooks use: every call goes to the services of the test."""
import datetime
import json
import os
import re
import urllib.error
import urllib.request

from botocore.exceptions import ClientError


class Client:
    def __init__(self, service):
        self.service = service

    def __getattr__(self, name):
        operation = ''.join(part.capitalize() for part in name.split('_'))
        return lambda **given: self.call(operation, given)

    def call(self, operation, given):
        body = json.dumps({'service': self.service, 'operation': operation, 'input': given}).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(os.environ['SERVICES_ENDPOINT'], data=body)) as response:
                return json.loads(response.read(), object_hook=with_dates)
        except urllib.error.HTTPError as failure:
            error = json.loads(failure.read())
            raise ClientError({'Error': {'Code': error['name'], 'Message': error['message']}}, operation) from None


def with_dates(found):
    """A date travels as an ISO text, and is a datetime with a zone in what boto3 returns."""
    return {name: datetime.datetime.fromisoformat(value.replace('Z', '+00:00')) if re.search('Date$', name) and isinstance(value, str) else value
            for name, value in found.items()}


def client(service, config=None):
    return Client(service)
