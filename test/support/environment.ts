/** The environment every test runs in: no CDK context of the machine, no pretty-printed validation reports on stderr. */
delete process.env.CDK_DEFAULT_ACCOUNT;
delete process.env.CDK_DEFAULT_REGION;
