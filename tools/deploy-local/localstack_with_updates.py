"""Starts LocalStack with the updates that it lacks and without the network, and ends it when whoever started this goes.

LocalStack answers UPDATE_COMPLETE to a changed secret, resource policy or key, and changes nothing. The functions below
do what CloudFormation's documentation of these resources says, by the service's own API: above all, they make a new
value where the property that the value comes from has changed, and only there.
"""

import inspect
import json
import os
import socket
import sys
import threading
import types

import jsonpath_ng

# LocalStack's extra `runtime` has two packages that are published as source only: one has a successor with the same functions, and the other is for
# rules on a schedule, of which none is deployed here.
sys.modules["jsonpath_rw"] = jsonpath_ng
sys.modules["crontab"] = types.SimpleNamespace(CronTab=None)

from localstack.runtime.main import main
from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent
from localstack.services.kms.resource_providers.aws_kms_key import KMSKeyProvider
from localstack.services.secretsmanager.resource_providers.aws_secretsmanager_resourcepolicy import (
    SecretsManagerResourcePolicyProvider,
)
from localstack.services.secretsmanager.resource_providers.aws_secretsmanager_secret import SecretsManagerSecretProvider


def update_secret(provider, request):
    before, after = request.previous_state, request.desired_state
    client = request.aws_client_factory.secretsmanager
    secret = before["Id"]
    changes = {name: after.get(name, "") for name in ("Description", "KmsKeyId", "SecretString") if differs(name, before, after)}
    if differs("GenerateSecretString", before, after) and after.get("GenerateSecretString") is not None:
        changes["SecretString"] = generate(provider, after["GenerateSecretString"])
    if changes:
        client.update_secret(SecretId=secret, **changes)
    gone, tags = changed_tags(before, after)
    if gone:
        client.untag_resource(SecretId=secret, TagKeys=gone)
    if tags:
        client.tag_resource(SecretId=secret, Tags=tags)
    return updated(before, after, "Id", "Name")


def update_resource_policy(_provider, request):
    after = request.desired_state
    request.aws_client_factory.secretsmanager.put_resource_policy(
        SecretId=after["SecretId"],
        ResourcePolicy=json.dumps(after["ResourcePolicy"]),
        BlockPublicPolicy=after.get("BlockPublicPolicy", False),
    )
    return updated(request.previous_state, after, "Id")


def update_key(_provider, request):
    before, after = request.previous_state, request.desired_state
    client = request.aws_client_factory.kms
    key = before["KeyId"]
    if differs("KeyPolicy", before, after):
        client.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(after["KeyPolicy"]))
    gone, tags = changed_tags(before, after)
    if gone:
        client.untag_resource(KeyId=key, TagKeys=gone)
    if tags:
        client.tag_resource(KeyId=key, Tags=[{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in tags])
    return updated(before, after, "KeyId", "Arn")


def generate(provider, rules):
    value = provider._get_secret_value(rules)
    template = rules.get("SecretStringTemplate")
    return provider._modify_secret_template(template, value, rules) if template else value


def differs(name, before, after):
    return before.get(name) != after.get(name)


def changed_tags(before, after):
    old, new = ({tag["Key"]: tag["Value"] for tag in state.get("Tags") or []} for state in (before, after))
    return [key for key in old if key not in new], [{"Key": key, "Value": new[key]} for key in new if old.get(key) != new[key]]


def updated(before, after, *identifiers):
    known = {name: before[name] for name in identifiers if name in before}
    return ProgressEvent(status=OperationStatus.SUCCESS, resource_model={**after, **known})


def give(provider, update):
    if "raise NotImplementedError" not in inspect.getsource(provider.update):
        sys.exit(f"LocalStack updates {provider.TYPE} by itself now: remove {update.__name__} from {__file__}")
    provider.update = update


def stay_at_home():
    """LocalStack would ask its maker which resources it supports. What it calls itself is on the loopback interface."""
    resolve = socket.getaddrinfo

    def resolve_loopback(host, *args, **kwargs):
        if host not in (None, "localhost", "127.0.0.1", b"127.0.0.1"):
            raise socket.gaierror(f"{host} is not on this machine")
        return resolve(host, *args, **kwargs)

    socket.getaddrinfo = resolve_loopback


def end_with_the_starter():
    """Standard input is a pipe that nobody writes to: it ends when its other end does."""
    sys.stdin.buffer.read()
    os._exit(1)


give(SecretsManagerSecretProvider, update_secret)
give(SecretsManagerResourcePolicyProvider, update_resource_policy)
give(KMSKeyProvider, update_key)
stay_at_home()
threading.Thread(target=end_with_the_starter, daemon=True).start()
sys.exit(main())
