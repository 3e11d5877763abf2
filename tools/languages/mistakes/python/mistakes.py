"""Wrong calls, each in an app of its own, and what the user sees."""

from collections.abc import Callable

from aws_cdk import App, Stack
from aws_cdk import aws_kms as kms
from cdk_managed_secrets import ManagedSecret, SecretNamespace

MISTAKES: dict[str, Callable[[Stack], object]] = {
    "a required prop is left out": lambda stack: SecretNamespace(stack, "Secrets", environment="prod"),  # type: ignore[call-arg]
    "a required prop is null": lambda stack: SecretNamespace(stack, "Secrets", environment="prod", service=None),  # type: ignore[arg-type]
    "a text has the wrong form": lambda stack: SecretNamespace(stack, "Secrets", environment="prod/eu", service="orders"),
    "an optional prop is null": lambda stack: SecretNamespace(stack, "Secrets", environment="prod", service="orders", encryption=None),
    "an object of another class": lambda stack: SecretNamespace(
        stack,
        "Secrets",
        environment="prod",
        service="orders",
        encryption=kms.Key(stack, "Key"),  # type: ignore[arg-type]
    ),
    "an element of a list is null": lambda stack: SecretNamespace(
        stack,
        "Secrets",
        environment="prod",
        service="orders",
        guard_rails=[None],  # type: ignore[list-item]
    ),
    "no namespace in the scope": lambda stack: ManagedSecret(stack, "Secret", purpose="api-key"),
}


def seen(make: Callable[[Stack], object]) -> str:
    try:
        make(Stack(App(), "Orders"))
    except Exception as error:
        return " ".join(f"{type(error).__name__}: {error}".split())
    return "taken"


for mistake, make in MISTAKES.items():
    print(f"{mistake}\t{seen(make)}")
