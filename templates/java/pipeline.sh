#!/bin/sh
# What a pipeline runs on each change, in any CI service: the test, the synthesis, and the review of who can do what.
# Give it the assembly of the main branch as the first argument, and it also says what the change alters, and fails when somebody gains access or a value is lost.
# It needs Node.js, which the CDK needs too.
set -eu

mvn -q test
npx --yes aws-cdk@2 synth --quiet
npx --yes cdk-managed-secrets@{{cdk-managed-secrets}} review --fail-on warning
if [ $# -gt 0 ]; then npx --yes cdk-managed-secrets@{{cdk-managed-secrets}} diff "$1" cdk.out --fail-on access-gained,value-lost; fi
