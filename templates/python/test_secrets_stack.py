import unittest

from aws_cdk import App
from aws_cdk.assertions import Match, Template

from secrets_stack import SecretsStack


class SecretsStackTest(unittest.TestCase):
    def setUp(self) -> None:
        self.template = Template.from_stack(SecretsStack(App(), "Secrets"))

    def test_each_secret_has_its_name_under_the_key_of_the_namespace(self) -> None:
        self.template.resource_count_is("AWS::SecretsManager::Secret", 2)
        for name in ["prod/orders/payment-api-key", "prod/orders/session-key"]:
            self.template.has_resource_properties("AWS::SecretsManager::Secret", {"Name": name, "KmsKeyId": Match.any_value()})

    def test_secrets_are_kept_when_the_stack_is_deleted(self) -> None:
        self.template.all_resources("AWS::SecretsManager::Secret", {"DeletionPolicy": "RetainExceptOnCreate"})

    def test_one_role_reads_them_and_no_other_policy_is_made(self) -> None:
        policies = self.template.find_resources("AWS::IAM::Policy").values()
        statements = [statement for policy in policies for statement in policy["Properties"]["PolicyDocument"]["Statement"]]
        actions = {action for each in statements for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])}
        self.assertEqual(actions, {"kms:Decrypt", "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"})


if __name__ == "__main__":
    unittest.main()
