import type { Plugin } from 'esbuild';

/**
 * Lambda hands credentials to a function in its environment or, when the function is restored from a snapshot, over HTTP. The other
 * sources that the SDK looks into, such as files and single sign-on, are a fifth of a bundle, and none that a function should use.
 */
export const lambdaCredentials: Plugin = {
  name: 'lambda-credentials',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules\/@aws-sdk\/credential-provider-node\/.*\/index\.js$/ }, () => ({ loader: 'js', contents: SOURCE }));
  },
};

const SOURCE = `
  import { fromEnv } from '@aws-sdk/credential-provider-env';
  import { fromHttp } from '@aws-sdk/credential-provider-http';
  export const defaultProvider = (init) => async () => (process.env.AWS_ACCESS_KEY_ID ? fromEnv(init) : fromHttp(init))();
`;
