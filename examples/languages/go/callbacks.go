package main

// A struct that is called from JavaScript has a field. Go may give all empty structs one address, by which JavaScript knows them.

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// notification is an alarm action of one's own, which the library calls: it sends to a topic of the account by its name.
type notification struct {
	topicName string
}

func (n *notification) Bind(scope constructs.Construct, alarm awscloudwatch.IAlarm) *awscloudwatch.AlarmActionConfig {
	return &awscloudwatch.AlarmActionConfig{
		AlarmActionArn: awscdk.Stack_Of(scope).FormatArn(&awscdk.ArnComponents{
			Service:  jsii.String("sns"),
			Resource: &n.topicName,
		}),
	}
}

// dataClassification is an aspect of one's own, which the CDK calls: it tags every secret as the organization asks.
type dataClassification struct {
	level string
}

func (d *dataClassification) Visit(node constructs.IConstruct) {
	if secret, ok := node.(awssecretsmanager.CfnSecret); ok {
		secret.Tags().SetTag(jsii.String("data-classification"), &d.level, nil, nil)
	}
}

// roomToGrow is a validation plugin of one's own, which the CDK calls with the templates: none may take more than half of what
// CloudFormation accepts.
type roomToGrow struct {
	mostBytes int64
}

func (*roomToGrow) Name() *string { return jsii.String("RoomToGrow") }

func (*roomToGrow) Version() *string { return jsii.String("1.0.0") }

func (*roomToGrow) RuleIds() *[]*string { return jsii.Strings("template-size") }

func (r *roomToGrow) Validate(context awscdk.IPolicyValidationContext) *awscdk.PolicyValidationPluginReport {
	violations := []*awscdk.PolicyViolation{}
	for _, path := range *context.TemplatePaths() {
		file, err := os.Stat(*path)
		if err != nil {
			panic(err)
		}
		if file.Size() > r.mostBytes {
			violations = append(violations, r.tooLarge(path))
		}
	}
	return &awscdk.PolicyValidationPluginReport{Success: jsii.Bool(len(violations) == 0), Violations: &violations}
}

func (r *roomToGrow) tooLarge(templatePath *string) *awscdk.PolicyViolation {
	return &awscdk.PolicyViolation{
		RuleName:    jsii.String("template-size"),
		Description: jsii.String(fmt.Sprintf("A template has at most %d bytes", r.mostBytes)),
		Fix:         jsii.String("Move resources into another stack"),
		ViolatingResources: &[]*awscdk.PolicyViolatingResource{{
			ResourceLogicalId: jsii.String(""),
			TemplatePath:      templatePath,
			Locations:         &[]*string{},
		}},
	}
}
