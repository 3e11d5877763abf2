#!/bin/sh
# What a pipeline runs on each change, in any CI service: the test, the synthesis, and the review of who can do what.
# Give it the assembly of the main branch as the first argument, and it also says what the change alters, and fails when somebody gains access or a value is lost.
set -eu

npm test
npx cdk synth --quiet
npx cdk-managed-secrets review --fail-on warning
if [ $# -gt 0 ]; then npx cdk-managed-secrets diff "$1" cdk.out --fail-on access-gained,value-lost; fi
