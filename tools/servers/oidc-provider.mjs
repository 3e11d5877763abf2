// An authorization server of the package oidc-provider, for tests: clients register, and manage their registration with a token.
// It reads its certificate from standard input, and writes a line of JSON with its port and a token to register with.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:https';
import { text } from 'node:stream/consumers';
import Provider from 'oidc-provider';

const { cert, key } = JSON.parse(await text(process.stdin));
const server = createServer({ cert, key });
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

const provider = new Provider(`https://localhost:${port}`, {
  clients: [],
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    registration: {
      enabled: true,
      initialAccessToken: true,
      policies: { // an update issues a new secret, as RFC 7592 lets a server do
        rotate: (ctx, properties) => {
          if (ctx.method === 'PUT') properties.client_secret = randomBytes(32).toString('base64url');
        },
      },
    },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
  },
});
server.on('request', provider.callback());
const initial = await new provider.InitialAccessToken({ policies: ['rotate'] }).save();
console.log(JSON.stringify({ port, initial }));
