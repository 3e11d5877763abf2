/** The environment every test runs in: no CDK context of the machine, and an error where something deprecated of the CDK is used. */
delete process.env.CDK_DEFAULT_ACCOUNT;
delete process.env.CDK_DEFAULT_REGION;
process.env.JSII_DEPRECATED = 'fail';
