// Wrong calls, each in an app of its own, and what the user sees. The compiler takes no object of another class.
package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-managed-secrets/cdk-managed-secrets-go/cdkmanagedsecrets"
)

type mistake struct {
	name string
	make func(stack awscdk.Stack)
}

func namespace(stack awscdk.Stack, props cdkmanagedsecrets.SecretNamespaceProps) {
	cdkmanagedsecrets.NewSecretNamespace(stack, jsii.String("Secrets"), &props)
}

var mistakes = []mistake{
	{"a required prop is left out", func(stack awscdk.Stack) {
		namespace(stack, cdkmanagedsecrets.SecretNamespaceProps{Environment: jsii.String("prod")})
	}},
	{"a required prop is null", func(stack awscdk.Stack) {
		namespace(stack, cdkmanagedsecrets.SecretNamespaceProps{Environment: jsii.String("prod"), Service: nil})
	}},
	{"a text has the wrong form", func(stack awscdk.Stack) {
		namespace(stack, cdkmanagedsecrets.SecretNamespaceProps{Environment: jsii.String("prod/eu"), Service: jsii.String("orders")})
	}},
	{"an optional prop is null", func(stack awscdk.Stack) {
		namespace(stack, cdkmanagedsecrets.SecretNamespaceProps{Environment: jsii.String("prod"), Service: jsii.String("orders"), Encryption: nil})
	}},
	{"an element of a list is null", func(stack awscdk.Stack) {
		namespace(stack, cdkmanagedsecrets.SecretNamespaceProps{
			Environment: jsii.String("prod"), Service: jsii.String("orders"), GuardRails: &[]cdkmanagedsecrets.GuardRail{nil},
		})
	}},
	{"no namespace in the scope", func(stack awscdk.Stack) {
		cdkmanagedsecrets.NewManagedSecret(stack, jsii.String("Secret"), &cdkmanagedsecrets.ManagedSecretProps{Purpose: jsii.String("api-key")})
	}},
}

func seen(make func(stack awscdk.Stack)) (message string) {
	defer func() {
		if failure := recover(); failure != nil {
			message = strings.Join(strings.Fields(fmt.Sprintf("panic: %v", failure)), " ")
		}
	}()
	make(awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Orders"), nil))
	return "taken"
}

func main() {
	defer jsii.Close()
	for _, each := range mistakes {
		fmt.Printf("%s\t%s\n", each.name, seen(each.make))
	}
}
